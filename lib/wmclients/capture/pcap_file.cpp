#include <wmclients/capture/pcap_file.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace wmclients::capture {
namespace {

constexpr std::uint32_t magic_nanoseconds = 0xA1B23C4D;
constexpr std::uint32_t snapshot_length = 262'144; // the most that libpcap captures, or reads

/// Numbers one after the other, little-endian.
template <std::size_t size>
class LittleEndian {
  public:
    LittleEndian& le16(std::uint32_t value) { return put(value, 2); }

    LittleEndian& le32(std::uint32_t value) { return put(value, 4); }

    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    LittleEndian& put(std::uint32_t value, unsigned width)
    {
        for (unsigned i = 0; i < width; ++i) {
            bytes_[used_++] = static_cast<std::uint8_t>(value >> (8 * i));
        }
        return *this;
    }

    std::array<std::uint8_t, size> bytes_{};
    std::size_t used_ = 0;
};

} // namespace

Expected<PcapFile> PcapFile::begin(LinkType link, std::unique_ptr<OutputFile> file)
{
    PcapFile made{link, std::move(file)};
    LittleEndian<24> header;
    header.le32(magic_nanoseconds).le16(2).le16(4).le32(0).le32(0).le32(snapshot_length);
    header.le32(static_cast<std::uint32_t>(link));
    return made.append(header.bytes()).map([&] { return std::move(made); });
}

Expected<void> PcapFile::append(Bytes bytes)
{
    bytes_ += bytes.size();
    return file_->write(bytes);
}

Expected<void> PcapFile::write(const Packet& packet)
{
    const auto since_1970 = packet.ref.time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
    LittleEndian<16> record;
    record.le32(static_cast<std::uint32_t>(seconds.count()));
    record.le32(static_cast<std::uint32_t>((since_1970 - seconds).count()));
    const Bytes kept = packet.data.first(std::min<std::size_t>(packet.data.size(), snapshot_length));
    record.le32(static_cast<std::uint32_t>(kept.size())).le32(packet.original_length);
    ++packets_;
    return append(record.bytes()).and_then([&] { return append(kept); });
}

} // namespace wmclients::capture
