#pragma once

#include <wmclients/session/tracker.hpp>

namespace wmclients::session {

inline timeline::Moment moment_of(const PacketRef& ref)
{
    return {ref.time, ref.number};
}

/// What is reported of every request.
struct Tracker::RequestLine {
    wmsp::RequestKind kind = wmsp::RequestKind::other;
    PacketRef last;
    std::string method;
    std::string target;
    std::string user_agent;

    [[nodiscard]] std::size_t memory() const
    {
        return sizeof *this + method.capacity() + target.capacity() + user_agent.capacity();
    }
};

/// What the tracker keeps of a request until its connection has no more use for it. Owns its texts.
struct Tracker::AskedFor : RequestLine {
    std::uint32_t exchange = 0;
    bool speaks_wmsp = false;
    PacketRef first;
    std::string client_id;
    std::string client_guid;
    std::string host;
    std::string via;
    std::string proxy_client_agent;
    std::string forwarded_for;
    std::string head; ///< for details only
    Charge head_memory;
    Charge texts_memory;

    [[nodiscard]] std::size_t memory() const
    {
        return sizeof *this - sizeof(RequestLine) + RequestLine::memory() + client_id.capacity()
               + client_guid.capacity() + host.capacity() + via.capacity() + proxy_client_agent.capacity()
               + forwarded_for.capacity();
    }
};

/// The final reply in progress, or the last one.
struct Tracker::Reply {
    bool in_progress = false;
    bool head_seen = false;
    bool playlist_type = false; ///< Content-Type is that of an ASX playlist
    bool framed_type = false;   ///< Content-Type is application/x-mms-framed
    std::uint32_t exchange = 0;
    int status = 0;
    PacketRef first;
    PacketRef body_at; ///< the first captured byte of its body
    std::string server;
    std::string client_id;
    std::string head; ///< for details only
    Charge head_memory;

    /// Another reply begins.
    void begin()
    {
        std::string{}.swap(head); // an assignment would keep its memory
        *this = Reply{};
        in_progress = true;
    }
};

/// A framed body: an attachment, once it is known to belong to a Play.
struct Tracker::Entry {
    bool attached = false;
    bool reported = false; ///< the sink is known to stream by it
    bool stream_ended = false;
    bool continues = false; ///< a SelectStream or PlayNextEntry ended the body; its own reply goes on with it
    bool location_known = false;
    std::uint32_t ordinal = 0;
    std::uint32_t last_location = 0;
    std::uint64_t location_pairs = 0;
    timeline::Counters counters;
    timeline::Moment attached_at;
    std::optional<timeline::LiveState> frozen;
    std::unique_ptr<ClientDetails> details;
};

/// A connection to what is, or may turn out to be, a sink.
struct Tracker::State {
    struct End {
        timeline::Moment when;
        timeline::EndReason reason = timeline::EndReason::none;
    };

    struct Refusal {
        timeline::Moment when;
        int status = 0;
        std::string user_agent;
    };

    std::uint64_t id = 0;
    Endpoint client;
    Endpoint server;
    PacketRef first;
    timeline::Moment established;
    bool announced = false;
    bool saw_play = false;
    bool saw_describe = false;
    bool saw_side = false;
    bool saw_error = false;
    bool saw_entry = false;
    bool saw_not_http = false;
    wmsp::LookAlike look_alike = wmsp::LookAlike::none;
    int last_status = 0;
    std::vector<AskedFor> pending;        ///< not answered, in order
    std::optional<AskedFor> asked;        ///< what the current reply answers
    std::vector<RequestLine> unannounced; ///< reported once the server is known as a sink
    Charge unannounced_memory;
    std::string other_agent; ///< the user agent of a request that is no MS-WMSP
    Reply reply;
    std::optional<Entry> entry;
    std::uint32_t next_ordinal = 0;
    std::vector<End> ends;
    std::optional<Refusal> refusal; ///< not reported yet
    timeline::TrackingEnd tracking_end = timeline::TrackingEnd::none;
};

} // namespace wmclients::session
