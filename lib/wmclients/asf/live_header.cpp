#include <wmclients/asf/live_header.hpp>
#include <wmclients/asf/object_ids.hpp>

#include <fmt/format.h>

#include <cstring>
#include <span>

namespace wmclients::asf {
namespace {

constexpr std::size_t file_properties_size = 104;

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

/// The File Properties Object among the objects of a header; empty if it is not there. `objects` is what
/// follows the Header Object's own fields.
std::span<std::uint8_t> find_file_properties(std::span<std::uint8_t> objects)
{
    while (objects.size() >= object_prefix) {
        const std::uint64_t size = load_le64(objects.data() + 16);
        if (size < object_prefix || size > objects.size()) {
            break;
        }
        if (begins_with(objects, ids::file_properties) && size >= file_properties_size) {
            return objects.first(file_properties_size);
        }
        objects = objects.subspan(static_cast<std::size_t>(size));
    }
    return {};
}

} // namespace

Expected<std::vector<std::uint8_t>> live_header(Bytes header)
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
    const auto data_at = static_cast<std::size_t>(header_size);
    if (!begins_with(header.subspan(data_at), ids::data)) {
        return failure(
            Error::Kind::damaged,
            fmt::format("ASF header: no Data Object at offset {}, after the Header Object", data_at));
    }
    const Bytes wanted = header.first(data_at + data_prefix);
    std::vector<std::uint8_t> live(wanted.begin(), wanted.end());

    const std::span<std::uint8_t> properties =
        find_file_properties(std::span{live}.subspan(header_prefix, data_at - header_prefix));
    if (properties.empty()) {
        return failure(Error::Kind::damaged, "ASF header: it has no File Properties Object");
    }
    constexpr std::uint32_t broadcast = 1;
    constexpr std::uint32_t seekable = 2;
    const std::uint32_t flags = load_le32(properties.data() + 88);
    store(properties, 40, live.size(), 8); // File Size
    store(properties, 56, 0xFFFF'FFFF, 8); // Data Packets Count
    store(properties, 64, 0, 8);           // Play Duration
    store(properties, 72, 0, 8);           // Send Duration
    store(properties, 88, (flags | broadcast) & ~seekable, 4);

    const std::span<std::uint8_t> data = std::span{live}.subspan(data_at);
    store(data, 16, data_prefix, 8); // Object Size
    store(data, 40, 0, 8);           // Total Data Packets
    return live;
}

} // namespace wmclients::asf
