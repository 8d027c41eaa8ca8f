#include <wmclients/asf/header_figures.hpp>

#include <fmt/format.h>

#include <cstring>
#include <optional>

namespace wmclients::asf {
namespace {

bool begins_with(Bytes bytes, const Guid& id)
{
    return bytes.size() >= id.bytes.size()
           && std::memcmp(bytes.data(), id.bytes.data(), id.bytes.size()) == 0;
}

void store(std::span<std::uint8_t> bytes, std::size_t at, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

/// Where the File Properties Object is in a whole Header Object; empty if it is not there.
std::optional<std::size_t> find_file_properties(Bytes header)
{
    std::size_t at = header_prefix;
    while (header.size() - at >= object_prefix) {
        const std::uint64_t size = load_le64(header.data() + at + 16);
        if (size < object_prefix || size > header.size() - at) {
            break;
        }
        if (begins_with(header.subspan(at), ids::file_properties) && size >= file_properties_size) {
            return at;
        }
        at += static_cast<std::size_t>(size);
    }
    return {};
}

} // namespace

Expected<HeaderPlaces> find_header_places(Bytes header)
{
    if (header.size() < header_prefix || !begins_with(header, ids::header)) {
        return failure(Error::Kind::damaged,
                       fmt::format("no ASF header: the {} bytes do not begin with a Header "
                                   "Object",
                                   header.size()));
    }
    const std::uint64_t header_size = load_le64(header.data() + 16);
    if (header_size < header_prefix || header_size > header.size()
        || header.size() - header_size < data_prefix) {
        return failure(
            Error::Kind::damaged,
            fmt::format("ASF header: the Header Object claims {} bytes, and {} are there with the 50 "
                        "of the Data Object that must follow",
                        header_size, header.size()));
    }
    HeaderPlaces places;
    places.data_at = static_cast<std::size_t>(header_size);
    if (!begins_with(header.subspan(places.data_at), ids::data)) {
        return failure(
            Error::Kind::damaged,
            fmt::format("ASF header: no Data Object at offset {}, after the Header Object", places.data_at));
    }
    const auto properties_at = find_file_properties(header.first(places.data_at));
    if (!properties_at) {
        return failure(Error::Kind::damaged, "ASF header: it has no File Properties Object");
    }
    places.file_properties_at = *properties_at;
    return places;
}

void store_figures(std::span<std::uint8_t> file_properties, std::span<std::uint8_t> data_object,
                   const HeaderFigures& figures)
{
    constexpr std::uint32_t broadcast = 1; // of Flags
    constexpr std::uint32_t seekable = 2;
    const std::uint32_t flags = load_le32(file_properties.data() + 88) & ~(broadcast | seekable);
    store(file_properties, 40, figures.file_size, 8);
    store(file_properties, 56, figures.packets, 8);
    store(file_properties, 64, figures.play_duration, 8);
    store(file_properties, 72, figures.send_duration, 8);
    store(file_properties, 88,
          flags | (figures.broadcast ? broadcast : 0) | (figures.seekable ? seekable : 0), 4);
    store(data_object, 16, figures.data_size, 8);
    store(data_object, 40, figures.data_packets, 8);
}

} // namespace wmclients::asf
