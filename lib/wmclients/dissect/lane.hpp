#pragma once

#include <wmclients/dissect/flow.hpp>

namespace wmclients::dissect {

/// Carries one direction of one connection up through the layers: stream, messages, `$` packets, visitor.
/// Made anew for each segment; all state is in the Flow.
class Lane final : public net::StreamConsumer, public http::MessageConsumer, public wmsp::FrameConsumer {
  public:
    Lane(Flow& flow, Direction direction, Visitor& visitor, Caps& caps, Wants wants,
         std::uint64_t& unsynchronised)
        : flow_(flow), direction_(direction), visitor_(visitor), caps_(caps), wants_(wants),
          unsynchronised_(unsynchronised)
    {
    }

    void data(std::uint64_t offset, Bytes bytes, const PacketRef& ref) override
    {
        parser().data(offset, bytes, ref, *this, caps_);
    }

    void gap(std::uint64_t offset, std::uint64_t length, net::GapReason reason,
             const PacketRef& ref) override;

    /// The stream has ended.
    void finish(const PacketRef& ref) { parser().finish(ref, *this); }

    http::BodyFraming on_head(http::Head head) override;

    void on_body(Bytes bytes, const PacketRef& ref) override
    {
        if (flow_.reading == BodyReading::frames && direction_ == Direction::to_client) {
            media_at_ = &ref;
            flow_.frames->data(bytes, ref, *this);
        } else if (flow_.reading == BodyReading::first_byte && direction_ == Direction::to_client) {
            begin_body(bytes, ref);
        } else if (wants_.bodies) {
            deliver_body(bytes, ref);
        }
    }

    void on_body_gap(std::uint64_t length, const PacketRef& ref) override;
    void on_message_end(http::MessageEnd end, const PacketRef& ref) override;
    bool on_headless(Bytes bytes, const PacketRef& ref) override;
    void on_head_too_long(const PacketRef& ref) override;

    bool on_frame_begin(const wmsp::Frame& frame) override;
    void on_payload(const wmsp::Frame& frame, Bytes bytes) override;
    void on_frame_end(const wmsp::Frame& frame, const PacketRef& ref) override;
    void on_unsynchronised(std::uint64_t skipped, const PacketRef& ref) override;
    void on_no_packet(Bytes found, bool body_ends, const PacketRef& ref) override;

  private:
    http::MessageParser& parser()
    {
        return direction_ == Direction::to_server ? flow_.requests : flow_.responses;
    }

    http::BodyFraming on_request(const http::Head& head);
    http::BodyFraming on_response(const http::Head& head);
    void begin_body(Bytes bytes, const PacketRef& ref);
    void deliver_body(Bytes bytes, const PacketRef& ref);
    void stop_reading_body();
    void deliver_asf(const PacketRef& ref);
    void drop_asf();
    void count_left_out(const http::Head& head, const wmsp::Pragmas& pragmas);
    bool confirmed(const wmsp::Frame& frame);

    Flow& flow_;
    Direction direction_;
    Visitor& visitor_;
    Caps& caps_;
    Wants wants_;
    std::uint64_t& unsynchronised_;
    const PacketRef* media_at_ = nullptr;
};

} // namespace wmclients::dissect
