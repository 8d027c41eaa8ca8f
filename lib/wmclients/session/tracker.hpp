#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/dissect/visitor.hpp>
#include <wmclients/session/describes.hpp>
#include <wmclients/session/details.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/timeline/instant.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::session {

/// Traffic that was seen and is not MS-WMSP, for `list --stats`.
struct LookAlikeStats {
    std::uint64_t rtsp = 0;
    std::uint64_t dlna = 0;
    std::uint64_t push = 0;
    std::uint64_t mmst = 0;
    std::uint64_t redirects = 0;
    std::uint64_t not_framed = 0; ///< `Server: Rex` or a media type, but no `$` packets
};

struct TrackerOptions {
    bool every_connection = false;              ///< report connections that carry no Play, too
    DetailStore* details = nullptr;             ///< filled if not null
    dns::MessageDecoder* dns_decoder = nullptr; ///< names are learnt if not null
};

/// Recognises sinks and clients in what the dissector finds, and reports them as timeline events.
class Tracker final : public dissect::Visitor {
  public:
    Tracker(timeline::EventListener& listener, Caps& caps, const TrackerOptions& options);
    ~Tracker() override;

    /// The counters of that instant are to be reported, too.
    void take_instant(const timeline::Instant& instant) { instant_ = instant; }

    /// Somebody else knows that this is a sink: its connections are followed from their first packet,
    /// wherever they are. To be called before the first packet.
    void know_sink(const Endpoint& server);

    /// Tells `listener` the counters of all attached clients as they are at `ref` (ClientState::at_instant).
    void report_counters(timeline::EventListener& listener, const PacketRef& ref) const;

    /// To be called before each packet's dissection: takes the counters when the instant asked for has
    /// passed.
    void before(const PacketRef& ref)
    {
        if (instant_ && !frozen_ && !instant_->includes(ref)) {
            freeze(ref);
        }
    }

    /// The capture has ended, and every connection with it: reports what was held back.
    void finish(const PacketRef& ref);

    [[nodiscard]] const LookAlikeStats& look_alikes() const { return look_alikes_; }

    void connection_open(const dissect::Connection& connection) override;
    void connection_established(const dissect::Connection& connection, const PacketRef& ref) override;
    void request(const dissect::Connection& connection, const dissect::Request& request) override;
    void response(const dissect::Connection& connection, const dissect::Response& response) override;
    void body_start(const dissect::Connection& connection, std::uint32_t exchange, dissect::BodyStart start,
                    const PacketRef& ref) override;
    void frame_begin(const dissect::Connection& connection, const wmsp::Frame& frame) override;
    void frame_end(const dissect::Connection& connection, const wmsp::Frame& frame,
                   const PacketRef& ref) override;
    void asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref) override;
    void unsynchronised(const dissect::Connection& connection, std::uint64_t bytes,
                        const PacketRef& ref) override;
    void gap(const dissect::Connection& connection, dissect::Direction direction, std::uint64_t offset,
             std::uint64_t length, net::GapReason reason, bool in_body, const PacketRef& ref) override;
    void message_end(const dissect::Connection& connection, dissect::Direction direction,
                     std::uint32_t exchange, http::MessageEnd end, const PacketRef& ref) override;
    void not_http(const dissect::Connection& connection, dissect::Direction direction, Bytes bytes,
                  const PacketRef& ref) override;
    void fin(const dissect::Connection& connection, dissect::Direction direction,
             const PacketRef& ref) override;
    void rst(const dissect::Connection& connection, dissect::Direction direction,
             const PacketRef& ref) override;
    void connection_end(const dissect::Connection& connection, dissect::ConnectionEnd end,
                        const PacketRef& ref) override;
    void stray_end(const net::Segment& segment) override;
    void datagram(const net::Datagram& datagram) override;

  private:
    struct RequestLine;
    struct AskedFor;
    struct Reply;
    struct Entry;
    struct State;

    struct Challenged {
        timeline::PlayRefused event; ///< without its text
        std::string user_agent;
    };

    State& state_of(const dissect::Connection& connection) { return *states_[connection.slot]; }

    void open_sink(const dissect::Connection& connection, std::string_view server, const PacketRef& ref);
    void begin_streaming(const dissect::Connection& connection, const timeline::Moment& since,
                         const PacketRef& ref);
    void announce(State& state, const PacketRef& ref);
    void attach(const dissect::Connection& connection, State& state, const PacketRef& ref);
    void end_entry(const dissect::Connection& connection, State& state, timeline::TrackingEnd tracking_end,
                   const PacketRef& ref);
    void end_stream(const dissect::Connection& connection, State& state, timeline::EndReason reason,
                    const PacketRef& ref);
    static timeline::LiveState live_state(const dissect::Connection& connection, const State& state);
    void refuse(const dissect::Connection& connection, State& state, int status, const timeline::Moment& when,
                const PacketRef& ref);
    void report_refusal(State& state, const PacketRef& ref);
    void report_request(const State& state, const RequestLine& asked, const PacketRef& ref);
    timeline::ClientFacts facts_of(const dissect::Connection& connection, const State& state);
    void note_end(const dissect::Connection& connection, timeline::EndReason reason, const PacketRef& ref);
    void take_one_sided_client(const dissect::Connection& connection, State& state, const PacketRef& ref);
    void settle_open_exchange(const dissect::Connection& connection, State& state, const PacketRef& ref);
    void report_state(const dissect::Connection& connection, const State& state,
                      timeline::TrackingEnd tracking_end, bool at_instant, const PacketRef& ref);
    void freeze(const PacketRef& ref);
    void close(State& state, const PacketRef& ref);

    timeline::EventListener& listener_;
    Caps& caps_;
    TrackerOptions options_;
    std::optional<timeline::Instant> instant_;
    bool frozen_ = false;
    Describes describes_;
    LookAlikeStats look_alikes_;
    std::set<Endpoint> sinks_;
    std::set<Endpoint> told_beforehand_;           ///< of these, those known by know_sink() alone
    std::map<Endpoint, bool> streaming_;           ///< and whether the beginning was captured
    std::map<Endpoint, std::size_t> last_header_;  ///< a hash of the ASF header last reported
    std::vector<std::unique_ptr<State>> states_;   ///< by slot of the connection
    std::vector<const dissect::Connection*> open_; ///< likewise
    /// Server and slot of open connections to what was not seen to be a sink.
    std::set<std::pair<Endpoint, std::uint32_t>> waiting_;
    std::deque<Challenged> challenged_;        ///< 401s that nobody has tried again yet
    std::deque<std::unique_ptr<State>> early_; ///< ended, to servers not known as sinks (yet)
    std::vector<dns::NameRecord> names_;
};

} // namespace wmclients::session
