#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/packet_ref.hpp>

#include <array>
#include <cstdint>

namespace wmclients::wmsp {

/// The packets of an MS-WMSP body (2.2.3) by the ASCII letter of their PacketID.
namespace packet_id {
inline constexpr char new_header = 'C';    ///< $C, stream change notification (2.2.3.2)
inline constexpr char data = 'D';          ///< $D (2.2.3.3)
inline constexpr char end_of_stream = 'E'; ///< $E (2.2.3.4)
inline constexpr char header = 'H';        ///< $H (2.2.3.5)
inline constexpr char metadata = 'M';      ///< $M (2.2.3.6)
inline constexpr char packet_pair = 'P';   ///< $P (2.2.3.7)
inline constexpr char test = 'T';          ///< $T (2.2.3.8)
inline constexpr char filler = 'F'; ///< $F, of the push protocol, met behind proxies (MS-WMHTTP 2.2.3.5)
inline constexpr char header_change = 'S'; ///< $S, not in the specification; Flumotion sends it for $C
} // namespace packet_id

// AFFlags of $H and $M, which may come in several packets (2.2.3.1.2).
inline constexpr std::uint8_t first_fragment = 0x04;
inline constexpr std::uint8_t last_fragment = 0x08;

/// The framing header, and the MMS header of $D, $H and $M (2.2.3.1.1, 2.2.3.1.2). Numbers in host order.
struct Frame {
    char id = 0;
    bool follows_at_once = false;  ///< the B bit: the first byte is 0xA4
    std::uint16_t length = 0;      ///< PacketLength: what follows the first four bytes, $P apart
    std::uint32_t reason = 0;      ///< of $C, $E and $P
    std::uint32_t location_id = 0; ///< of $D, $H and $M, as all below
    std::uint8_t incarnation = 0;
    std::uint8_t af_flags = 0;
    std::uint16_t packet_size = 0; ///< should equal length
    bool has_mms_header = false;   ///< the last four fields are there
    PacketRef first;               ///< the packet with its first byte
    bool complete = false;         ///< at its end: its last byte was reached
    bool damaged = false;          ///< bytes of it are missing
    bool after_sync_loss =
        false; ///< packets before it may be missing: a gap lies between it and the one before

    /// The bytes of its payload: PacketLength - 8 with an MMS header; 0 if the length contradicts itself.
    [[nodiscard]] std::uint32_t payload_length() const { return !has_mms_header ? 0U : length - 8U; }
};

/// Receives the packets of one body.
class FrameConsumer {
  public:
    virtual ~FrameConsumer() = default;

    /// A header is complete. True if its payload is wanted by on_payload().
    virtual bool on_frame_begin(const Frame& frame) = 0;

    /// Payload bytes (after the MMS header), valid during the call only.
    virtual void on_payload(const Frame& frame, Bytes bytes) = 0;

    /// The last byte was reached (`complete`), or the body ended in its middle. `ref` is where that was seen.
    virtual void on_frame_end(const Frame& frame, const PacketRef& ref) = 0;

    /// `skipped` captured bytes could not be read as packets: where a header should begin there is none.
    virtual void on_unsynchronised(std::uint64_t skipped, const PacketRef& ref) = 0;

    /// Where a packet should begin, right behind another or at the beginning of the body, `found` (1 to 11
    /// bytes, valid during the call only) begins none; or it would, but `body_ends` in that packet's header.
    virtual void on_no_packet(Bytes found, bool body_ends, const PacketRef& ref)
    {
        (void)found;
        (void)body_ends;
        (void)ref;
    }
};

/// Splits an MS-WMSP body into `$` packets. Payload that nobody wants is skipped by its length. After a gap
/// that takes a header it looks for the next plausible one.
class FrameParser {
  public:
    /// `synchronised`: the first byte is the beginning of a packet. False for the middle of a body.
    explicit FrameParser(bool synchronised) : state_(synchronised ? State::header : State::lost) {}

    void data(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer)
    {
        if (state_ == State::payload && !wanted_ && bytes.size() < remaining_) {
            remaining_ -= static_cast<std::uint32_t>(bytes.size());
            return;
        }
        data_slow(bytes, ref, consumer);
    }

    void gap(std::uint64_t length, const PacketRef& ref, FrameConsumer& consumer);

    /// The body has ended: reports a packet that is not complete.
    void finish(const PacketRef& ref, FrameConsumer& consumer);

    /// Whether the position relative to packets is known.
    [[nodiscard]] bool synchronised() const { return state_ != State::lost; }

  private:
    enum class State : std::uint8_t { header, payload, lost };

    void data_slow(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer);
    std::size_t read_header(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer);
    std::size_t resynchronise(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer);
    void begin_payload(FrameConsumer& consumer, const PacketRef& ref);
    void end_frame(const PacketRef& ref, FrameConsumer& consumer);

    State state_;
    bool wanted_ = false;
    bool sync_lost_before_ = false; ///< for the next frame's after_sync_loss
    std::uint8_t have_ = 0;         ///< bytes of header_ that are filled
    std::uint32_t remaining_ = 0;   ///< payload bytes to come
    std::uint16_t pair_reason_ = 0; ///< R of the first $P: its HTTP head's length, at most 504
    std::uint8_t pairs_ = 0;
    std::array<std::uint8_t, 12> header_{};
    PacketRef header_first_;
    Frame frame_;
};

/// Whether 12 bytes can begin a packet in the middle of a stream: known ID and lengths that agree (2.2.3.1).
bool plausible_packet(Bytes twelve);

} // namespace wmclients::wmsp
