#include <wmclients/asf/header.hpp>
#include <wmclients/asf/object_ids.hpp>
#include <wmclients/asf/object_reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace wmclients::asf {
namespace {

constexpr std::size_t extension_prefix = 46;
constexpr unsigned max_objects = 256;

Guid load_guid(const std::uint8_t* at)
{
    Guid guid;
    std::memcpy(guid.bytes.data(), at, guid.bytes.size());
    return guid;
}

/// Walks the objects of a header and gives each to an ObjectReader.
class Walker {
  public:
    explicit Walker(Header& header) : header_(header), reader_(header) {}

    void read(Bytes bytes)
    {
        header_.complete = true;
        ByteCursor cursor{bytes.subspan(16)};
        header_.header_size = cursor.le64();
        header_.objects_told = cursor.le32();
        const std::uint16_t reserved = cursor.le16();
        if (!cursor.ok()) {
            header_.complete = false;
            return;
        }
        if (reserved != 0x0201) {
            reader_.note(
                fmt::format("reserved bytes of the Header Object are 0x{:04x}, not 0x0201", reserved));
        }
        std::size_t end = bytes.size();
        if (header_.header_size < header_prefix) {
            reader_.note(
                fmt::format("Header Object claims {} bytes, less than its own fields", header_.header_size));
            header_.complete = false;
        } else if (header_.header_size > bytes.size()) {
            header_.complete = false;
        } else {
            end = static_cast<std::size_t>(header_.header_size);
        }
        const bool whole = end == header_.header_size;
        std::size_t stop = walk(bytes.subspan(header_prefix, end - header_prefix), whole, Level::header);
        stop += header_prefix;
        header_.objects_fill = whole && stop == end;
        if (header_.complete && header_.objects_found != header_.objects_told) {
            reader_.note(
                fmt::format("header says {} objects, has {}", header_.objects_told, header_.objects_found));
        }
        read_data_object(bytes.subspan(whole && !data_met_ ? end : stop));
        reader_.finish();
    }

  private:
    enum class Level { header, extension };

    /// Reads the objects in `region`; `whole` if it was not cut short. Returns where it stopped.
    std::size_t walk(Bytes region, bool whole, Level level)
    {
        std::size_t position = 0;
        while (region.size() - position >= object_prefix) {
            const std::uint8_t* at = region.data() + position;
            const Guid id = load_guid(at);
            const std::uint64_t size = load_le64(at + 16);
            const std::size_t left = region.size() - position;
            if (level == Level::header && id == ids::data) {
                // It should follow the Header Object, whose size must be wrong.
                give_up("Data Object inside the Header Object");
                data_met_ = true;
                return position;
            }
            if (++objects_seen_ > max_objects) {
                give_up(fmt::format("more than {} objects", max_objects));
                return position;
            }
            if (size < object_prefix) {
                give_up(
                    fmt::format("object {} claims {} bytes, less than its own fields", to_string(id), size));
                return position;
            }
            if (size > left) {
                header_.complete = false;
                if (whole) {
                    give_up(fmt::format("object {} claims {} bytes where {} are left", to_string(id), size,
                                        left));
                }
                if (level == Level::header && id == ids::header_extension) {
                    read_extension(region.subspan(position), false);
                }
                return position;
            }
            read_object(id, region.subspan(position, static_cast<std::size_t>(size)), level);
            position += static_cast<std::size_t>(size);
        }
        if (position < region.size() && whole) {
            give_up(fmt::format("{} bytes after the last object of the header{}", region.size() - position,
                                level == Level::extension ? " extension" : ""));
        }
        return position;
    }

    void read_object(const Guid& id, Bytes object, Level level)
    {
        header_.objects_found += level == Level::header ? 1 : 0;
        if (id != ids::header_extension) {
            reader_.read(id, object);
        } else if (level == Level::extension) {
            reader_.note("a Header Extension Object inside another was not read");
        } else {
            read_extension(object, true);
        }
    }

    /// Section 3.4; `whole` if the object was not cut short.
    void read_extension(Bytes object, bool whole)
    {
        if (object.size() < extension_prefix) {
            if (whole) {
                give_up("Header Extension Object is too short");
            }
            return;
        }
        const std::uint32_t told = load_le32(object.data() + 42);
        const Bytes inner = object.subspan(extension_prefix);
        if (whole && told != inner.size()) {
            reader_.note(fmt::format("header extension says {} bytes, has {}", told, inner.size()));
        }
        const std::size_t used = std::min<std::size_t>(told, inner.size());
        walk(inner.first(used), whole || used == told, Level::extension);
    }

    /// The first 50 bytes of the Data Object (MS-WMSP 2.2.3.5; ASF specification, section 5.1).
    void read_data_object(Bytes bytes)
    {
        if (bytes.size() < data_prefix || load_guid(bytes.data()) != ids::data) {
            if (bytes.size() >= data_prefix && header_.complete) {
                reader_.note("no Data Object after the Header Object");
            }
            header_.complete = false;
            return;
        }
        header_.data_file_id = load_guid(bytes.data() + object_prefix);
        if (header_.has_file_properties && header_.data_file_id != header_.file_id) {
            reader_.note(fmt::format("File ID of the Data Object is {}, of the header {}",
                                     to_string(header_.data_file_id), to_string(header_.file_id)));
        }
    }

    void give_up(std::string why)
    {
        header_.complete = false;
        reader_.note(std::move(why));
    }

    Header& header_;
    ObjectReader reader_;
    unsigned objects_seen_ = 0;
    bool data_met_ = false;
};

} // namespace

std::string_view to_string(StreamKind kind)
{
    switch (kind) {
    case StreamKind::audio:
        return "audio";
    case StreamKind::video:
        return "video";
    case StreamKind::command:
        return "command";
    case StreamKind::other:
        break;
    }
    return "other";
}

Expected<Header> parse_header(Bytes bytes)
{
    if (bytes.size() < 16 || load_guid(bytes.data()) != ids::header) {
        return failure(
            Error::Kind::damaged,
            fmt::format("no ASF header: the first of {} bytes are not the GUID {} of a Header Object; "
                        "give the payload of the $H packets from its beginning",
                        bytes.size(), to_string(ids::header)));
    }
    Header header;
    Walker{header}.read(bytes);
    return header;
}

} // namespace wmclients::asf
