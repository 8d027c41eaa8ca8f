#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/check/model.hpp>
#include <wmclients/dissect/visitor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace wmclients::check {

/// The visitor that fills the model (model.hpp), and hands out each `$` packet at its end.
class Recorder final : public dissect::Visitor {
  public:
    using PacketListener = std::function<void(const Packet&)>;

    Recorder(Caps& caps, PacketListener listener);
    ~Recorder() override;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// The capture has ended: makes the sessions. `last` is its last packet.
    void finish(const PacketRef& last, Role role);

    /// In the order of their endpoints. After finish().
    [[nodiscard]] const std::map<Endpoint, Server>& servers() const { return servers_; }

    /// All exchanges, in the order of time. After finish().
    [[nodiscard]] const std::vector<Exchange*>& exchanges() const { return exchanges_; }

    [[nodiscard]] dissect::Wants wants() const override
    {
        return {.media = true, .segments = true, .bodies = true};
    }

    void request(const dissect::Connection& connection, const dissect::Request& request) override;
    void response(const dissect::Connection& connection, const dissect::Response& response) override;
    void body(const dissect::Connection& connection, dissect::Direction direction, std::uint32_t number,
              Bytes bytes, const PacketRef& ref) override;
    void body_start(const dissect::Connection& connection, std::uint32_t number, dissect::BodyStart start,
                    const PacketRef& ref) override;
    void media(const dissect::Connection& connection, const wmsp::Frame& frame, Bytes bytes,
               const PacketRef& ref) override;
    void segment(const dissect::Connection& connection, dissect::Direction direction,
                 const net::Segment& segment) override;
    void frame_begin(const dissect::Connection& connection, const wmsp::Frame& frame) override;
    void frame_end(const dissect::Connection& connection, const wmsp::Frame& frame,
                   const PacketRef& ref) override;
    void asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref) override;
    void unsynchronised(const dissect::Connection& connection, std::uint64_t bytes,
                        const PacketRef& ref) override;
    void no_packet(const dissect::Connection& connection, Bytes found, bool body_ends,
                   const PacketRef& ref) override;
    void gap(const dissect::Connection& connection, dissect::Direction direction, std::uint64_t offset,
             std::uint64_t length, net::GapReason reason, bool in_body, const PacketRef& ref) override;
    void message_end(const dissect::Connection& connection, dissect::Direction direction,
                     std::uint32_t number, http::MessageEnd end, const PacketRef& ref) override;
    void fin(const dissect::Connection& connection, dissect::Direction direction,
             const PacketRef& ref) override;
    void rst(const dissect::Connection& connection, dissect::Direction direction,
             const PacketRef& ref) override;
    void connection_end(const dissect::Connection& connection, dissect::ConnectionEnd end,
                        const PacketRef& ref) override;

  private:
    struct Open;

    /// Null beyond the cap of what is kept.
    Open* open(const dissect::Connection& connection);
    Open* find(const dissect::Connection& connection);
    Exchange* exchange(Open& open, std::uint32_t number);
    void add_stray(Open& open, Bytes found, bool body_ends, const PacketRef& ref);
    void add_run(Open& open, const wmsp::Frame& frame, const PacketRef& end);
    void take_metadata(Open& open, const wmsp::Frame& frame, const PacketRef& end);
    void note_streams(Open& open, const Packet& packet);
    void make_sessions();
    void note_pasts();

    /// Whether so many bytes more may be kept; they are counted if they may.
    bool keep(std::size_t bytes);

    Caps& caps_;
    PacketListener listener_;
    std::map<Endpoint, Server> servers_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Open>> open_; ///< by slot
    std::vector<std::unique_ptr<Session>> sessions_;
    std::vector<Exchange*> exchanges_;
    std::size_t kept_ = 0; ///< bytes, for Cap::checked_bytes
    asf::DataPacket parsed_;
};

} // namespace wmclients::check
