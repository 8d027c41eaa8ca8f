#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

/// What the programs that make the benchmark's captures share: pcap files, and the fields of Ethernet, IP and
/// TCP that a new address touches. Shares no code with the library that is measured.
namespace bench {

[[noreturn]] inline void fail(const std::string& message)
{
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(2);
}

/// Big-endian fields, as in the headers of IP and TCP.
inline std::uint16_t get16(const std::uint8_t* at)
{
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

inline void put16(std::uint8_t* at, std::uint32_t value)
{
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

inline void put32(std::uint8_t* at, std::uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

/// Writes a classic pcap file (magic 0xA1B2C3D4, microseconds, Ethernet) in the machine's byte order, through
/// a buffer of 1 MiB. A write that fails ends the program.
class PcapWriter {
  public:
    explicit PcapWriter(const char* path) : path_(path), file_(std::fopen(path, "wb")), buffer_(1U << 20)
    {
        if (file_ == nullptr) {
            fail(path_ + ": cannot be written");
        }
        std::setvbuf(file_, buffer_.data(), _IOFBF, buffer_.size());
        const std::array<std::uint32_t, 6> header{0xA1B2C3D4, 4U << 16 | 2U, 0, 0, 262'144, 1};
        write(header.data(), sizeof header);
    }

    PcapWriter(const PcapWriter&) = delete;
    PcapWriter& operator=(const PcapWriter&) = delete;

    ~PcapWriter()
    {
        if (file_ != nullptr) {
            std::fclose(file_);
        }
    }

    void frame(std::uint64_t microseconds, const std::uint8_t* bytes, std::uint32_t length)
    {
        const std::array<std::uint32_t, 4> header{static_cast<std::uint32_t>(microseconds / 1'000'000),
                                                  static_cast<std::uint32_t>(microseconds % 1'000'000),
                                                  length, length};
        write(header.data(), sizeof header);
        write(bytes, length);
        ++frames_;
    }

    /// Writes what is buffered.
    void close()
    {
        if (std::fclose(file_) != 0) {
            fail(path_ + ": could not be written to its end");
        }
        file_ = nullptr;
    }

    [[nodiscard]] std::uint64_t frames() const { return frames_; }

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    void write(const void* data, std::size_t size)
    {
        if (std::fwrite(data, 1, size, file_) != size) {
            fail(path_ + ": could not be written");
        }
        bytes_ += size;
    }

    std::string path_;
    std::FILE* file_;
    std::vector<char> buffer_;
    std::uint64_t frames_ = 0;
    std::uint64_t bytes_ = 0;
};

/// A frame of TCP over IPv4 or IPv6 (without extension headers) in Ethernet: where its parts are.
struct TcpFrame {
    bool v6 = false;
    std::size_t source = 0; ///< offsets in the frame
    std::size_t destination = 0;
    std::size_t address_size = 0;
    std::size_t tcp = 0;
    std::size_t payload = 0;
    std::size_t end = 0; ///< of the payload, without Ethernet's padding
};

inline std::optional<TcpFrame> parse_tcp(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::size_t ethernet = 14;
    TcpFrame frame;
    if (size < ethernet + 40) {
        return std::nullopt;
    }
    const std::uint8_t* ip = bytes + ethernet;
    if (get16(bytes + 12) == 0x0800 && ip[0] >> 4 == 4 && ip[9] == 6 && (get16(ip + 6) & 0x3FFF) == 0) {
        frame.source = ethernet + 12;
        frame.address_size = 4;
        frame.tcp = ethernet + (ip[0] & 0x0FU) * 4U;
        frame.end = ethernet + get16(ip + 2);
    } else if (get16(bytes + 12) == 0x86DD && ip[6] == 6) {
        frame.v6 = true;
        frame.source = ethernet + 8;
        frame.address_size = 16;
        frame.tcp = ethernet + 40;
        frame.end = frame.tcp + get16(ip + 4);
    } else {
        return std::nullopt;
    }
    frame.destination = frame.source + frame.address_size;
    if (frame.end > size || frame.tcp + 20 > frame.end) {
        return std::nullopt;
    }
    frame.payload = frame.tcp + (bytes[frame.tcp + 12] >> 4) * 4U;
    if (frame.payload > frame.end) {
        return std::nullopt;
    }
    return frame;
}

/// Replaces two aligned bytes and keeps an Internet checksum right (RFC 1624, equation 3).
inline void replace16(std::uint8_t* at, std::uint16_t value, std::initializer_list<std::uint8_t*> checksums)
{
    const std::uint16_t old = get16(at);
    for (std::uint8_t* checksum : checksums) {
        std::uint32_t sum = static_cast<std::uint16_t>(~get16(checksum));
        sum += static_cast<std::uint16_t>(~old);
        sum += value;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        put16(checksum, ~sum);
    }
    put16(at, value);
}

/// The sum that an Internet checksum complements (RFC 1071).
inline std::uint32_t sum16(const std::uint8_t* bytes, std::size_t size, std::uint32_t sum = 0)
{
    for (std::size_t i = 0; i + 1 < size; i += 2) {
        sum += get16(bytes + i);
    }
    if (size % 2 != 0) {
        sum += static_cast<std::uint32_t>(bytes[size - 1]) << 8;
    }
    while (sum >> 16 != 0) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum;
}

/// splitmix64: the same numbers on every machine.
inline std::uint64_t mix(std::uint64_t value)
{
    value += 0x9E37'79B9'7F4A'7C15U;
    value = (value ^ value >> 30) * 0xBF58'476D'1CE4'E5B9U;
    value = (value ^ value >> 27) * 0x94D0'49BB'1331'11EBU;
    return value ^ value >> 31;
}

} // namespace bench
