#include <wmclients/capture/archive_source.hpp>
#include <wmclients/capture/file_reader.hpp>
#include <wmclients/capture/open_capture.hpp>

#include <fuzz/targets.hpp>
#include <support/memory_source.hpp>

#include <algorithm>
#include <string>
#include <utility>

// A capture file: pcap, pcapng, compressed or not.
//
// Input: a byte of flags (1: decompress, 2: read through a small window), a byte N (the system hands out N+1
// bytes at a time), then the file. Claimed: what comes out does not depend on how the bytes come in, time
// never goes back, packets are numbered from 1, and no packet is larger than can be.

namespace wmclients::fuzz {
namespace {

/// What a bomb may expand to here; reading more would only be slow.
constexpr std::uint64_t most_bytes = 4U << 20;

/// Ends early.
class Limited final : public capture::ByteSource {
  public:
    explicit Limited(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}

    Expected<std::size_t> read(std::span<std::uint8_t> into) override
    {
        auto got = inner_->read(into.first(std::min<std::size_t>(into.size(), most_bytes - given_)));
        given_ += got.value_or(0);
        return got;
    }

    [[nodiscard]] std::uint64_t bytes_read() const override { return inner_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return inner_->size(); }

  private:
    std::unique_ptr<ByteSource> inner_;
    std::uint64_t given_ = 0;
};

/// A line a packet, and what was wrong with the file.
std::string read(Bytes file, bool decompress, std::size_t window, std::size_t piece)
{
    std::unique_ptr<capture::ByteSource> bytes =
        std::make_unique<testing::MemorySource>(std::string{as_text(file)}, piece);
    if (decompress) {
        auto opened = capture::open_decompressed(std::move(bytes), "input");
        if (!opened) {
            return opened.error().message;
        }
        bytes = std::make_unique<Limited>(std::move(*opened));
    }
    auto source = capture::open_capture(std::move(bytes), "input", window);
    if (!source) {
        return "not opened"; // why: what it seems to be, by as much as has come
    }
    std::string found;
    capture::Packet packet;
    Timestamp clock = Timestamp::min();
    std::uint64_t number = 0;
    while ((*source)->next(packet)) {
        require(packet.ref.number == ++number, "packets are numbered from 1");
        require(packet.ref.time >= clock, "time never goes back");
        require(packet.data.size() <= capture::max_packet_bytes, "no packet is larger than it can be");
        require(packet.original_length >= packet.data.size(), "a packet was no shorter on the wire");
        clock = packet.ref.time;
        found += to_rfc3339(clock) + " " + std::to_string(packet.original_length) + " "
                 + std::to_string(std::hash<std::string_view>{}(as_text(packet.data))) + "\n";
    }
    require(!(*source)->next(packet), "the end is the end");
    for (const Error& problem : (*source)->problems()) {
        found += problem.message;
    }
    return found;
}

} // namespace

void capture_file(Bytes input)
{
    ByteCursor cursor{input};
    const std::uint8_t flags = cursor.u8();
    const std::size_t piece = std::size_t{cursor.u8()} + 1;
    const Bytes file = cursor.rest();
    const bool decompress = (flags & 1U) != 0;
    const std::string whole =
        read(file, decompress, capture::large_window, std::max<std::size_t>(file.size(), 1));
    if (!decompress) { // what libarchive hands out before damage is its own affair
        const std::size_t window = (flags & 2U) != 0 ? 64 : capture::small_window;
        require(read(file, false, window, piece) == whole, "what is read does not depend on the reads");
    }
}

} // namespace wmclients::fuzz
