#pragma once

// Captures built byte by byte in memory, for the tests of capture/.

#include <wmclients/capture/byte_source.hpp>
#include <wmclients/capture/open_capture.hpp>
#include <wmclients/capture/packet_source.hpp>

#include <support/memory_source.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace capture_test {

using wmclients::as_text;
using wmclients::Error;
using wmclients::Expected;
using wmclients::Timestamp;
using namespace wmclients::capture;
using wmclients::testing::MemorySource;

/// Appends numbers in one byte order.
struct Writer {
    bool big = false;
    std::string bytes;

    Writer& number(std::uint64_t value, int size)
    {
        for (int i = 0; i < size; ++i) {
            const int shift = 8 * (big ? size - 1 - i : i);
            bytes.push_back(static_cast<char>(value >> shift & 0xFF));
        }
        return *this;
    }

    Writer& u16(std::uint64_t value) { return number(value, 2); }

    Writer& u32(std::uint64_t value) { return number(value, 4); }

    Writer& u64(std::uint64_t value) { return number(value, 8); }

    Writer& raw(const std::string& text)
    {
        bytes += text;
        return *this;
    }
};

inline std::string pcap_header(bool big = false, std::uint32_t magic = 0xA1B2C3D4,
                               std::uint32_t snaplen = 65535, std::uint32_t link = 1)
{
    return Writer{big, {}}.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(snaplen).u32(link).bytes;
}

inline std::string pcap_record(std::uint32_t seconds, std::uint32_t fraction, const std::string& data,
                               std::uint32_t original = 0, bool big = false)
{
    const auto size = static_cast<std::uint32_t>(data.size());
    return Writer{big, {}}.u32(seconds).u32(fraction).u32(size).u32(std::max(original, size)).raw(data).bytes;
}

/// A pcap with a packet for each time in milliseconds; the packet's byte is `mark`.
inline std::string simple_pcap(const std::vector<unsigned>& milliseconds, char mark = 'x')
{
    std::string file = pcap_header();
    for (const unsigned time : milliseconds) {
        file += pcap_record(time / 1000, time % 1000 * 1000, std::string(1, mark));
    }
    return file;
}

inline std::string pad4(std::string text)
{
    text.resize((text.size() + 3) / 4 * 4);
    return text;
}

inline std::string ng_block(std::uint32_t type, const std::string& body, bool big = false)
{
    const std::string padded = pad4(body);
    return Writer{big, {}}.u32(type).u32(padded.size() + 12).raw(padded).u32(padded.size() + 12).bytes;
}

inline std::string ng_section(bool big = false, unsigned major = 1)
{
    return ng_block(0x0A0D0D0A,
                    Writer{big, {}}.u32(0x1A2B3C4D).u16(major).u16(0).u64(~std::uint64_t{0}).bytes, big);
}

inline std::string ng_option(std::uint16_t code, const std::string& value, bool big = false)
{
    return Writer{big, {}}.u16(code).u16(value.size()).raw(pad4(value)).bytes;
}

inline std::string ng_interface(std::uint16_t link, std::uint32_t snaplen, const std::string& options = {},
                                bool big = false)
{
    return ng_block(1, Writer{big, {}}.u16(link).u16(0).u32(snaplen).raw(options).bytes, big);
}

inline std::string ng_packet(std::uint32_t interface_id, std::uint64_t ticks, const std::string& data,
                             std::uint32_t original = 0, const std::string& options = {}, bool big = false)
{
    const auto size = static_cast<std::uint32_t>(data.size());
    Writer body{big, {}};
    body.u32(interface_id).u32(ticks >> 32).u32(ticks & 0xFFFFFFFF).u32(size).u32(std::max(original, size));
    return ng_block(6, body.raw(pad4(data)).raw(options).bytes, big);
}

inline Expected<std::unique_ptr<PacketSource>>
open_bytes(const std::string& bytes, const std::string& name = "test.pcap", std::size_t piece = SIZE_MAX)
{
    return open_capture(std::make_unique<MemorySource>(bytes, piece), name);
}

/// A packet whose bytes outlive its source.
struct Kept {
    std::string data;
    std::uint32_t original = 0;
    std::uint32_t link = 0;
    std::uint64_t number = 0;
    std::int64_t time = 0; ///< nanoseconds
    std::uint32_t file = 0;

    friend bool operator==(const Kept&, const Kept&) = default;
};

inline std::vector<Kept> read_all(PacketSource& source)
{
    std::vector<Kept> kept;
    Packet packet;
    while (source.next(packet)) {
        kept.push_back({std::string(as_text(packet.data)), packet.original_length,
                        static_cast<std::uint32_t>(packet.link), packet.ref.number,
                        packet.ref.time.time_since_epoch().count(), packet.ref.file});
    }
    return kept;
}

inline std::vector<Kept> read_all(const std::string& bytes)
{
    auto source = open_bytes(bytes);
    return source ? read_all(**source) : std::vector<Kept>{};
}

/// The first byte of each packet.
inline std::string marks(const std::vector<Kept>& packets)
{
    std::string text;
    for (const Kept& packet : packets) {
        text += packet.data.substr(0, 1);
    }
    return text;
}

/// A folder of its own that goes away with it.
class TemporaryFolder {
  public:
    TemporaryFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "wmclients-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string path(const std::string& name = {}) const
    {
        return name.empty() ? path_.string() : (path_ / name).string();
    }

    std::string write(const std::string& name, const std::string& bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

  private:
    std::filesystem::path path_;
};

} // namespace capture_test
