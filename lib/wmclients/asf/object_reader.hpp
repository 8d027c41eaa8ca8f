#pragma once

#include <wmclients/asf/header.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::asf {

/// Reads single objects of an ASF header into a Header; parse_header finds them and gives them here.
/// Section numbers are those of the ASF specification 01.20.05.
class ObjectReader {
  public:
    /// `header` must outlive the reader.
    explicit ObjectReader(Header& header) : header_(header) {}

    /// Reads `object`, which begins with its GUID `id` and its size; unknown objects are passed over.
    void read(const Guid& id, Bytes object);

    /// Once all objects have been read: joins what several objects say about a stream.
    void finish();

    /// Keeps an anomaly, unless there are too many.
    void note(std::string what);

  private:
    /// An entry of the Codec List (section 3.5).
    struct Codec {
        StreamKind kind = StreamKind::other;
        std::string name;
        std::string description;
        std::string information; ///< raw: a FourCC for video, a format tag for audio
        bool claimed = false;
    };

    /// By stream number, of which there are 128 (seven bits).
    using Bitrates = std::array<std::optional<std::uint32_t>, 128>;

    void read_file_properties(Bytes object);
    void read_stream_properties(Bytes object);
    void read_extended_stream_properties(Bytes object);
    void read_codec_list(Bytes object);
    void read_script_commands(Bytes object);
    void read_content_description(Bytes object);
    void read_extended_content_description(Bytes object);
    void read_bitrates(Bytes object);
    Codec* codec_of(const Stream& stream);

    Header& header_;
    std::vector<Codec> codecs_;
    Bitrates average_;
    Bitrates extended_;
};

} // namespace wmclients::asf
