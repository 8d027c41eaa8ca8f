#pragma once

#include <wmclients/dissect/visitor.hpp>

#include <array>

namespace wmclients::dissect {

/// Two visitors of one pass: each call goes to both, in their order.
class FanOut final : public Visitor {
  public:
    /// Both must outlive the pass. Without a second one it is of no use.
    FanOut(Visitor& first, Visitor* second) : visitors_{&first, second} {}

    [[nodiscard]] Wants wants() const override
    {
        Wants all;
        for (const Visitor* const visitor : visitors_) {
            const Wants own = visitor->wants();
            all.media = all.media || own.media;
            all.segments = all.segments || own.segments;
            all.bodies = all.bodies || own.bodies;
        }
        return all;
    }

    void connection_open(const Connection& connection) override
    {
        each(&Visitor::connection_open, connection);
    }

    void connection_established(const Connection& connection, const PacketRef& ref) override
    {
        each(&Visitor::connection_established, connection, ref);
    }

    void request(const Connection& connection, const Request& request) override
    {
        each(&Visitor::request, connection, request);
    }

    void response(const Connection& connection, const Response& response) override
    {
        each(&Visitor::response, connection, response);
    }

    void body_start(const Connection& connection, std::uint32_t exchange, BodyStart start,
                    const PacketRef& ref) override
    {
        each(&Visitor::body_start, connection, exchange, start, ref);
    }

    void frame_begin(const Connection& connection, const wmsp::Frame& frame) override
    {
        each(&Visitor::frame_begin, connection, frame);
    }

    void frame_end(const Connection& connection, const wmsp::Frame& frame, const PacketRef& ref) override
    {
        each(&Visitor::frame_end, connection, frame, ref);
    }

    void body(const Connection& connection, Direction direction, std::uint32_t exchange, Bytes bytes,
              const PacketRef& ref) override
    {
        each(&Visitor::body, connection, direction, exchange, bytes, ref);
    }

    void media(const Connection& connection, const wmsp::Frame& frame, Bytes bytes,
               const PacketRef& ref) override
    {
        each(&Visitor::media, connection, frame, bytes, ref);
    }

    void segment(const Connection& connection, Direction direction, const net::Segment& segment) override
    {
        each(&Visitor::segment, connection, direction, segment);
    }

    void asf_header(const Connection& connection, Bytes bytes, const PacketRef& ref) override
    {
        each(&Visitor::asf_header, connection, bytes, ref);
    }

    void unsynchronised(const Connection& connection, std::uint64_t bytes, const PacketRef& ref) override
    {
        each(&Visitor::unsynchronised, connection, bytes, ref);
    }

    void no_packet(const Connection& connection, Bytes found, bool body_ends, const PacketRef& ref) override
    {
        each(&Visitor::no_packet, connection, found, body_ends, ref);
    }

    void gap(const Connection& connection, Direction direction, std::uint64_t offset, std::uint64_t length,
             net::GapReason reason, bool in_body, const PacketRef& ref) override
    {
        each(&Visitor::gap, connection, direction, offset, length, reason, in_body, ref);
    }

    void message_end(const Connection& connection, Direction direction, std::uint32_t exchange,
                     http::MessageEnd end, const PacketRef& ref) override
    {
        each(&Visitor::message_end, connection, direction, exchange, end, ref);
    }

    void not_http(const Connection& connection, Direction direction, Bytes bytes,
                  const PacketRef& ref) override
    {
        each(&Visitor::not_http, connection, direction, bytes, ref);
    }

    void fin(const Connection& connection, Direction direction, const PacketRef& ref) override
    {
        each(&Visitor::fin, connection, direction, ref);
    }

    void rst(const Connection& connection, Direction direction, const PacketRef& ref) override
    {
        each(&Visitor::rst, connection, direction, ref);
    }

    void connection_end(const Connection& connection, ConnectionEnd end, const PacketRef& ref) override
    {
        each(&Visitor::connection_end, connection, end, ref);
    }

    void stray_end(const net::Segment& segment) override { each(&Visitor::stray_end, segment); }

    void datagram(const net::Datagram& datagram) override { each(&Visitor::datagram, datagram); }

  private:
    template <typename Call, typename... Arguments>
    void each(Call call, const Arguments&... arguments)
    {
        for (Visitor* const visitor : visitors_) {
            (visitor->*call)(arguments...);
        }
    }

    std::array<Visitor*, 2> visitors_;
};

} // namespace wmclients::dissect
