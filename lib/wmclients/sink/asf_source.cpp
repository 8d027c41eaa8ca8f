#include <wmclients/asf/live_header.hpp>
#include <wmclients/asf/object_ids.hpp>
#include <wmclients/capture/file_name.hpp>
#include <wmclients/capture/file_source.hpp>
#include <wmclients/sink/asf_source.hpp>
#include <wmclients/sink/loop_clock.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace wmclients::sink {
namespace {

constexpr std::size_t buffer_size = 512U << 10;
constexpr std::size_t look_ahead_size = 256U << 10; ///< of a file that is looped
constexpr std::uint32_t longest_finish = 1024;      ///< packets looked at for the rest of objects
constexpr std::size_t header_prefix = 30; // of the Header Object (ASF specification 01.20.05, section 3.1)
constexpr std::size_t data_prefix = 50;   // of the Data Object (section 5.1)
constexpr std::size_t guid_size = 16;
constexpr std::uint64_t max_header = 4U << 20;
constexpr std::uint32_t max_packet = 65'535 - 8; // MS-WMSP 2.2.3.1.2: PacketSize, its own fields included

/// Index objects, which may follow the Data Object (sections 6.1 to 6.4).
constexpr std::array index_ids{
    *asf::parse_guid("33000890-E5B1-11CF-89F4-00A0C90349CB"), // Simple Index
    *asf::parse_guid("D6E229D3-35DA-11D1-9034-00A0C90349BE"), // Index
    *asf::parse_guid("FEB103F8-12AD-4C64-840F-2A1D2F7AD48C"), // Media Object Index
    *asf::parse_guid("3CB73FD0-0C4A-4803-953D-EDF7B6228F0C"), // Timecode Index
};

bool begins_with(Bytes bytes, const asf::Guid& id)
{
    return bytes.size() >= guid_size && std::memcmp(bytes.data(), id.bytes.data(), guid_size) == 0;
}

bool begins_index(Bytes bytes)
{
    return std::any_of(index_ids.begin(), index_ids.end(),
                       [&](const asf::Guid& id) { return begins_with(bytes, id); });
}

/// What a file that is no ASF seems to be, after "is no ASF file".
std::string looks_like(Bytes bytes)
{
    using Kind = std::pair<std::string_view, std::string_view>;
    constexpr std::array kinds{
        Kind{"RIFF", "AVI or WAV"},    Kind{"ftyp", "MP4"}, Kind{"\x1A\x45\xDF\xA3", "Matroska or WebM"},
        Kind{"OggS", "Ogg"},           Kind{"ID3", "MP3"},  Kind{"<asx", "a playlist (ASX)"},
        Kind{"$H", "MS-WMSP packets"},
    };
    const std::string_view text = as_text(bytes).substr(0, 8);
    for (const auto& [magic, name] : kinds) {
        if (text.find(magic) != std::string_view::npos) {
            return fmt::format(" (it looks like {})", name);
        }
    }
    std::string hex;
    for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
        hex += fmt::format(" {:02x}", byte);
    }
    return hex.empty() ? " (it is empty)" : fmt::format(" (it begins with{})", hex);
}

} // namespace

/// One reading of the file from front to back.
class AsfSource::Pass {
  public:
    /// Opens `path` and reads up to the first data packet. `looped`: the file begins again after this pass.
    static Expected<std::unique_ptr<Pass>> open(const std::string& path, bool looped)
    {
        return capture::FileSource::open(path).and_then(
            [&](std::unique_ptr<capture::FileSource> source) -> Expected<std::unique_ptr<Pass>> {
                auto pass = std::make_unique<Pass>(std::move(source), capture::display_name(path), looped);
                if (Expected<void> read = pass->read_header(); !read) {
                    return tl::unexpected(std::move(read).error());
                }
                return pass;
            });
    }

    Pass(std::unique_ptr<capture::FileSource> source, std::string name, bool looped)
        : source_(std::move(source)), name_(std::move(name)), looped_(looped), buffer_(buffer_size)
    {
    }

    /// The header as live_header() makes it. To be taken once.
    std::vector<std::uint8_t> take_header() { return std::move(header_); }

    /// What that header says.
    const asf::Header& info() const { return info_; }

    /// The next `packet_size` bytes of the Data Object, which the caller may change; empty at its end. Valid
    /// until the next call.
    Expected<std::span<std::uint8_t>> next()
    {
        const std::size_t size = info_.max_packet_size;
        const std::size_t wanted = looped_ ? look_ahead_size : size;
        if (Expected<void> filled = fill(capped(wanted)); !filled) {
            return tl::unexpected(std::move(filled).error());
        }
        if (looped_ && !tail_scanned_ && (source_ended_ || available().size() >= data_left_)) {
            scan_tail();
        }
        const Bytes found = available().first(std::min(available().size(), capped(size)));
        if (found.size() < size || begins_index(found)) {
            cut_ = !found.empty() && !begins_index(found);
            return std::span<std::uint8_t>{};
        }
        packet_at_ = begin_;
        begin_ += size;
        data_left_ -= size;
        return std::span{buffer_}.subspan(packet_at_, size);
    }

    /// Which payloads of the packet that next() gave can be used (a bit each, as asf::filter_packet()): not
    /// the rest of an object that began before the file, nor an object that the end of a looped file cuts.
    /// Some players (MPlayer) decode what is there of such an object once the next one comes.
    std::uint64_t usable(const asf::DataPacket& parsed)
    {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < parsed.payloads.size(); ++i) {
            const asf::Payload& payload = parsed.payloads[i];
            begun_[payload.stream] |= payload.object_offset == 0;
            const std::size_t cut_from = cut_from_[payload.stream];
            if (begun_[payload.stream] && (cut_from == 0 || packet_at_ + payload.begin < cut_from)) {
                bits |= std::uint64_t{1} << i;
            }
        }
        return bits;
    }

    /// The data ended inside a packet.
    [[nodiscard]] bool cut() const { return cut_; }

    bool any_good = false; ///< for the user of this pass: it had a packet of use

  private:
    [[nodiscard]] Bytes available() const { return Bytes{buffer_}.subspan(begin_, end_ - begin_); }

    /// `wanted`, or less where the Data Object ends before.
    [[nodiscard]] std::size_t capped(std::size_t wanted) const
    {
        return static_cast<std::size_t>(std::min<std::uint64_t>(wanted, data_left_));
    }

    /// Reads until `wanted` bytes are there, no more than the buffer holds, or the file ends.
    Expected<void> fill(std::size_t wanted)
    {
        while (end_ - begin_ < wanted && !source_ended_) {
            if (begin_ != 0) {
                std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                          buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
                end_ -= begin_;
                begin_ = 0;
            }
            const Expected<std::size_t> got = source_->read(std::span{buffer_}.subspan(end_));
            if (!got) {
                return tl::unexpected(got.error());
            }
            if (*got == 0) {
                source_ended_ = true;
                break;
            }
            end_ += *got;
        }
        return {};
    }

    tl::unexpected<Error> wrong(std::string_view what) const
    {
        return failure(Error::Kind::damaged, fmt::format("{}: {}", name_, what));
    }

    /// Looks through the rest of the data, all of which is in the buffer, for objects that have no end; the
    /// buffer's content stays in its place from now on.
    void scan_tail()
    {
        struct LastObject {
            std::size_t from = 0;
            std::uint32_t number = 0;
            bool whole = true;
        };

        tail_scanned_ = true;
        const std::size_t size = info_.max_packet_size;
        std::array<LastObject, 128> last{};
        asf::DataPacket parsed;
        Bytes rest = available().first(capped(available().size()));
        for (; rest.size() >= size && !begins_index(rest); rest = rest.subspan(size)) {
            if (!asf::parse_data_packet(rest.first(size), parsed)) {
                continue;
            }
            const auto packet_at = static_cast<std::size_t>(rest.data() - buffer_.data());
            for (const asf::Payload& payload : parsed.payloads) {
                LastObject& object = last[payload.stream];
                if (payload.object_offset == 0 || payload.object_number != object.number) {
                    object.from = packet_at + payload.begin;
                    object.number = payload.object_number;
                }
                object.whole = payload.ends_object();
            }
        }
        for (std::size_t i = 0; i < last.size(); ++i) {
            cut_from_[i] = last[i].whole ? 0 : last[i].from;
        }
    }

    Expected<void> read_header()
    {
        if (Expected<void> filled = fill(header_prefix); !filled) {
            return filled;
        }
        if (!begins_with(available(), asf::ids::header)) {
            return wrong(
                fmt::format("is no ASF file{}; give a .wmv, .wma or .asf file", looks_like(available())));
        }
        if (available().size() < header_prefix) {
            return wrong("ends in the ASF header");
        }
        const std::uint64_t header_size = load_le64(available().data() + 16);
        if (header_size < header_prefix || header_size > max_header) {
            return wrong(fmt::format("its ASF header claims {} bytes, not {} to {}", header_size,
                                     header_prefix, max_header));
        }
        const std::size_t size = static_cast<std::size_t>(header_size) + data_prefix;
        buffer_.resize(std::max(buffer_size, size));
        if (Expected<void> filled = fill(size); !filled) {
            return filled;
        }
        if (available().size() < size) {
            return wrong(
                fmt::format("ends after {} of {} bytes of its ASF header", available().size(), size));
        }
        const Bytes raw = available().first(size);
        begin_ += size;
        const std::uint64_t data_size = load_le64(raw.data() + header_size + 16);
        if (auto live = asf::live_header(raw)) {
            header_ = std::move(*live);
        } else {
            return wrong(live.error().message);
        }
        // The file's own flags tell whether its sizes are final.
        const Expected<asf::Header> told = asf::parse_header(raw);
        if (!told) {
            return wrong(told.error().message);
        }
        if (!told->broadcast && data_size > data_prefix) {
            data_left_ = data_size - data_prefix;
        }
        if (Expected<asf::Header> info = asf::parse_header(header_)) {
            info_ = std::move(*info);
        }
        return check();
    }

    Expected<void> check() const
    {
        if (info_.streams.empty()) {
            return wrong("its ASF header has no stream");
        }
        if (info_.min_packet_size != info_.max_packet_size) {
            return wrong(fmt::format("has packets of {} to {} bytes; only a fixed size can be sent (MS-WMSP)",
                                     info_.min_packet_size, info_.max_packet_size));
        }
        if (info_.max_packet_size == 0 || info_.max_packet_size > max_packet) {
            return wrong(fmt::format("has packets of {} bytes; 1 to {} can be sent (MS-WMSP)",
                                     info_.max_packet_size, max_packet));
        }
        return {};
    }

    std::unique_ptr<capture::FileSource> source_;
    std::string name_;
    bool looped_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0; ///< of what was read and not yet taken
    std::size_t end_ = 0;
    std::vector<std::uint8_t> header_;
    asf::Header info_;
    std::uint64_t data_left_ = std::numeric_limits<std::uint64_t>::max();
    std::size_t packet_at_ = 0; ///< in the buffer: the packet given last
    bool source_ended_ = false;
    bool cut_ = false;
    bool tail_scanned_ = false;
    std::array<bool, 128> begun_{}; ///< by stream: an object has begun
    /// By stream: where in the buffer its last object begins, if that is cut; else 0.
    std::array<std::size_t, 128> cut_from_{};
};

AsfSource::AsfSource(std::string path, bool loop, bool regular)
    : path_(std::move(path)), loop_(loop), regular_(regular)
{
}

AsfSource::~AsfSource() = default;

Expected<std::unique_ptr<AsfSource>> AsfSource::open(const std::string& path, Options options)
{
    std::error_code ignored;
    const bool again = path != "-" && std::filesystem::is_regular_file(capture::path_of(path), ignored);
    std::unique_ptr<AsfSource> source{new AsfSource(path, options.loop && again, again)};
    if (Expected<void> begun = source->begin_pass(); !begun) {
        return tl::unexpected(std::move(begun).error());
    }
    return source;
}

Expected<void> AsfSource::begin_pass()
{
    Expected<std::unique_ptr<Pass>> pass = Pass::open(path_, loop_);
    if (!pass) {
        return tl::unexpected(std::move(pass).error());
    }
    std::vector<std::uint8_t> header = (*pass)->take_header();
    if (header_.empty()) {
        header_ = std::move(header);
        info_ = (*pass)->info();
        std::bitset<128> audio;
        for (const asf::Stream& stream : info_.streams) {
            audio.set(stream.number % audio.size(), stream.kind == asf::StreamKind::audio);
        }
        clock_ = std::make_unique<LoopClock>(audio);
    } else if (header != header_) {
        return failure(
            Error::Kind::damaged,
            fmt::format("{}: has another ASF header than at its first reading; start again", path_));
    }
    pass_ = std::move(*pass);
    return {};
}

Expected<void> AsfSource::end_pass()
{
    const bool any_good = pass_->any_good;
    bad_packets_ += pass_->cut() ? 1U : 0U;
    pass_.reset();
    if (!any_good) {
        ended_ = true;
        return failure(Error::Kind::damaged,
                       fmt::format("{}: has no data packet that can be sent{}", capture::display_name(path_),
                                   bad_packets_ == 0 ? "" : ": all are damaged"));
    }
    if (!loop_) {
        ended_ = true;
        return {};
    }
    clock_->next_pass();
    ++loops_;
    return {};
}

/// After stop(): those of the payloads `used` that go on with what has begun.
std::uint64_t AsfSource::to_be_finished(std::uint64_t used) const
{
    for (std::size_t i = 0; stopping_ && i < parsed_.payloads.size(); ++i) {
        const asf::Payload& payload = parsed_.payloads[i];
        if (payload.object_offset == 0 || !unfinished_[payload.stream]) {
            used &= ~(std::uint64_t{1} << i);
        }
    }
    return used;
}

void AsfSource::note_objects(std::uint64_t used)
{
    for (std::size_t i = 0; i < parsed_.payloads.size(); ++i) {
        const asf::Payload& payload = parsed_.payloads[i];
        if ((used >> i & 1) != 0) {
            unfinished_.set(payload.stream, !payload.ends_object());
        }
    }
}

Expected<std::optional<AsfSource::Packet>> AsfSource::next()
{
    while (!ended_) {
        if (stopping_ && (!regular_ || !pass_ || unfinished_.none() || ++finishing_ > longest_finish)) {
            ended_ = true;
            break;
        }
        if (!pass_) {
            if (Expected<void> begun = begin_pass(); !begun) {
                return tl::unexpected(std::move(begun).error());
            }
        }
        const Expected<std::span<std::uint8_t>> found = pass_->next();
        if (!found) {
            return tl::unexpected(found.error());
        }
        if (found->empty()) {
            if (Expected<void> done = end_pass(); !done) {
                return tl::unexpected(std::move(done).error());
            }
            continue;
        }
        if (!asf::parse_data_packet(*found, parsed_)) {
            ++bad_packets_;
            continue;
        }
        const std::uint64_t used = to_be_finished(pass_->usable(parsed_));
        if (used == 0) {
            continue;
        }
        note_objects(used);
        pass_->any_good = true;
        clock_->note(parsed_, used);
        const bool moved = clock_->apply(*found, parsed_);
        packet_.clear();
        asf::filter_packet(*found, parsed_, used, packet_);
        if (moved || packet_.size() != found->size()) {
            if (Expected<void> parsed = asf::parse_data_packet(packet_, parsed_); !parsed) {
                return tl::unexpected(std::move(parsed).error());
            }
        }
        return Packet{packet_, parsed_, parsed_.send_time};
    }
    return std::nullopt;
}

} // namespace wmclients::sink
