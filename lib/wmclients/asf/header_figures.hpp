#pragma once

#include <wmclients/asf/object_ids.hpp>
#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace wmclients::asf {

inline constexpr std::size_t file_properties_size = 104; ///< of the File Properties Object (section 3.2)

/// What a header says of how much follows it: fields of the File Properties Object and of the Data Object
/// (ASF specification 01.20.05, sections 3.2 and 5.1).
struct HeaderFigures {
    std::uint64_t file_size = 0;     ///< bytes
    std::uint64_t packets = 0;       ///< Data Packets Count
    std::uint64_t play_duration = 0; ///< units of 100 ns, preroll included
    std::uint64_t send_duration = 0; ///< units of 100 ns
    bool broadcast = false;          ///< live: the four above are not valid
    bool seekable = false;
    std::uint64_t data_size = 0;    ///< Object Size of the Data Object
    std::uint64_t data_packets = 0; ///< Total Data Packets
};

/// Where a header has them.
struct HeaderPlaces {
    std::size_t file_properties_at = 0;
    std::size_t data_at = 0; ///< where the Header Object ends and the Data Object begins

    /// Of the Header Object and the first 50 bytes of the Data Object: the payload of a `$H` (MS-WMSP
    /// 2.2.3.5).
    [[nodiscard]] std::size_t size() const { return data_at + data_prefix; }
};

/// An error if `header` does not begin with a Header Object and the first 50 bytes of a Data Object, or if
/// there are no File Properties.
Expected<HeaderPlaces> find_header_places(Bytes header);

/// Puts the figures into a File Properties Object and the first 50 bytes of a Data Object, which must be as
/// long as that. Nothing else changes.
void store_figures(std::span<std::uint8_t> file_properties, std::span<std::uint8_t> data_object,
                   const HeaderFigures& figures);

} // namespace wmclients::asf
