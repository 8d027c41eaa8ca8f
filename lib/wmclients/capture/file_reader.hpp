#pragma once

#include <wmclients/capture/buffered_input.hpp>
#include <wmclients/capture/packet_source.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace wmclients::capture {

/// No packet is larger; a record that claims more is damaged. (libpcap's own limit is 256 KiB, but for USB.)
inline constexpr std::uint32_t max_packet_bytes = 16U << 20;

/// What the readers of all capture file formats share: the window over the bytes, the clock that never goes
/// back, the counters, and how a file that is cut or damaged is reported. It numbers packets from 1.
class FileReader : public PacketSource {
  public:
    [[nodiscard]] std::vector<Error> problems() const override { return problems_; }

    [[nodiscard]] CaptureQuality quality() const override { return quality_; }

    [[nodiscard]] std::vector<std::string> file_names() const override { return {name_}; }

    [[nodiscard]] std::uint64_t bytes_read() const override { return input_.source().bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return input_.source().size(); }

  protected:
    /// `name` stands in messages.
    FileReader(BufferedInput input, std::string name);

    /// Fills in a packet and counts it. Time is clamped to the running maximum (SEMANTICS, packets and time).
    void deliver(Packet& out, Bytes data, std::uint32_t original_length, LinkType link, Timestamp time)
    {
        if (time < clock_) [[unlikely]] {
            time = clock_;
            ++quality_.clock_steps_back;
        }
        clock_ = time;
        const auto captured = static_cast<std::uint32_t>(data.size());
        out.data = data;
        out.original_length = std::max(original_length, captured);
        out.link = link;
        out.ref.number = ++quality_.packets;
        out.ref.time = time;
        out.ref.file = 0;
        quality_.bytes += captured;
        quality_.cut_packets += original_length > captured ? 1 : 0;
    }

    /// The time of the latest packet, 1970 before the first; for packets that carry none.
    [[nodiscard]] Timestamp clock() const { return quality_.packets > 0 ? clock_ : Timestamp{}; }

    /// True if the input ended well, with no byte of a further record.
    [[nodiscard]] bool at_clean_end() const { return input_.available() == 0 && !input_.error(); }

    /// To be returned when ensure() or skip() has failed within `what` (for example "packet 12"), which
    /// begins at `offset`: notes that it is cut, or why the source failed. Always false, and so is every
    /// later next().
    bool cut(const std::string& what, std::uint64_t offset, std::uint64_t needed, std::uint64_t there);

    /// Notes that `what` at `offset` is damaged and why. Always false, and so is every later next().
    bool damaged(const std::string& what, std::uint64_t offset, const std::string& why);

    /// "packet N", N being the next one.
    [[nodiscard]] std::string next_packet() const;

    BufferedInput input_;
    CaptureQuality quality_;

  private:
    bool stop(Error::Kind kind, std::string message);

    std::string name_;
    std::vector<Error> problems_;
    Timestamp clock_ = Timestamp::min();
};

} // namespace wmclients::capture
