#include <wmclients/dissect/lane.hpp>

namespace wmclients::dissect {
namespace {

/// A body without a captured head is searched so far for its first `$` packet: four times the largest one.
constexpr std::uint64_t search_limit = 256U << 10;

} // namespace

void Lane::gap(std::uint64_t offset, std::uint64_t length, net::GapReason reason, const PacketRef& ref)
{
    if (flow_.roles == Roles::known) {
        const bool in_body = direction_ == Direction::to_client && flow_.reading != BodyReading::none;
        visitor_.gap(flow_, direction_, offset, length, reason, in_body, ref);
    }
    parser().gap(length, ref, *this);
}

http::BodyFraming Lane::on_head(http::Head head)
{
    // A head behind bytes that were taken for a headless body: it says which side is which, as at the
    // beginning of a segment.
    if (flow_.roles != Roles::known) {
        flow_.become_known(visitor_, head.first);
    }
    return direction_ == Direction::to_server ? on_request(head) : on_response(head);
}

void Lane::count_left_out(const http::Head& head, const wmsp::Pragmas& pragmas)
{
    if (head.fields_left_out() || pragmas.tokens_left_out()) {
        caps_.reached(Cap::head_fields);
    }
}

http::BodyFraming Lane::on_request(const http::Head& head)
{
    // Requests whose heads were lost are told by the replies to them.
    flow_.current_request = std::max(flow_.requests_seen, flow_.syn_seen ? 0U : flow_.responses_seen);
    flow_.requests_seen = flow_.current_request + 1;
    if (flow_.requests_seen - std::min(flow_.requests_seen, flow_.responses_seen)
        > caps_.limit(Cap::pending_requests)) {
        caps_.reached(Cap::pending_requests);
    }
    const std::uint64_t bit = std::uint64_t{1} << flow_.current_request % 64;
    flow_.head_requests = head.method() == "HEAD" ? flow_.head_requests | bit : flow_.head_requests & ~bit;
    const wmsp::Pragmas pragmas{head};
    count_left_out(head, pragmas);
    visitor_.request(flow_, Request{head, pragmas, wmsp::classify(head, pragmas), flow_.current_request});
    return http::request_body(head);
}

http::BodyFraming Lane::on_response(const http::Head& head)
{
    flow_.interim_response = head.status() >= 100 && head.status() < 200;
    flow_.current_response = flow_.responses_seen;
    const bool to_head = (flow_.head_requests >> flow_.current_response % 64 & 1) != 0;
    const wmsp::Pragmas pragmas{head};
    count_left_out(head, pragmas);
    visitor_.response(flow_, Response{head, pragmas, flow_.current_response});
    if (flow_.interim_response) {
        return {};
    }
    ++flow_.responses_seen;
    if (!head.complete) {
        // The gap may have taken the beginning of the body, too.
        flow_.reading = BodyReading::frames;
        flow_.frames.emplace(false);
        visitor_.body_start(flow_, flow_.current_response, BodyStart::unknown, head.last);
        return {};
    }
    const http::BodyFraming framing = http::response_body(head, to_head);
    if (framing.kind == http::BodyFraming::Kind::none) {
        visitor_.body_start(flow_, flow_.current_response, BodyStart::none, head.last);
    } else {
        flow_.reading = BodyReading::first_byte;
    }
    return framing;
}

void Lane::begin_body(Bytes bytes, const PacketRef& ref)
{
    const bool framed = (bytes.front() & 0x7F) == 0x24;
    flow_.reading = framed ? BodyReading::frames : BodyReading::passed_over;
    visitor_.body_start(flow_, flow_.current_response, framed ? BodyStart::framed : BodyStart::not_framed,
                        ref);
    if (framed) {
        flow_.frames.emplace(true);
    }
    on_body(bytes, ref);
}

void Lane::deliver_body(Bytes bytes, const PacketRef& ref)
{
    if (direction_ == Direction::to_server) {
        visitor_.body(flow_, direction_, flow_.current_request, bytes, ref);
    } else if (flow_.roles == Roles::known && flow_.reading == BodyReading::passed_over) {
        visitor_.body(flow_, direction_, flow_.current_response, bytes, ref);
    }
}

void Lane::on_body_gap(std::uint64_t length, const PacketRef& ref)
{
    if (direction_ == Direction::to_server) {
        return;
    }
    if (flow_.reading == BodyReading::first_byte) {
        flow_.reading = BodyReading::frames;
        flow_.frames.emplace(false);
        visitor_.body_start(flow_, flow_.current_response, BodyStart::unknown, ref);
    }
    if (flow_.reading == BodyReading::frames) {
        flow_.frames->gap(length, ref, *this);
    }
}

void Lane::on_message_end(http::MessageEnd end, const PacketRef& ref)
{
    if (direction_ == Direction::to_server) {
        visitor_.message_end(flow_, direction_, flow_.current_request, end, ref);
        return;
    }
    if (flow_.interim_response) {
        flow_.interim_response = false;
        return;
    }
    if (flow_.reading == BodyReading::first_byte) {
        visitor_.body_start(flow_, flow_.current_response, BodyStart::none, ref);
    }
    if (flow_.reading == BodyReading::frames) {
        flow_.frames->finish(ref, *this);
        deliver_asf(ref);
    }
    stop_reading_body();
    flow_.reading = BodyReading::none;
    if (flow_.roles == Roles::known) {
        visitor_.message_end(flow_, direction_, flow_.current_response, end, ref);
    }
}

void Lane::stop_reading_body()
{
    flow_.reading = BodyReading::passed_over;
    flow_.frames.reset();
    drop_asf();
    flow_.unconfirmed.reset();
}

bool Lane::on_headless(Bytes bytes, const PacketRef& ref)
{
    const bool to_server = direction_ == Direction::to_server;
    const bool beginning = flow_.syn_seen && (to_server ? flow_.requests_seen : flow_.responses_seen) == 0;
    bool& reported = to_server ? flow_.not_http_to_server : flow_.not_http_to_client;
    if (flow_.roles == Roles::known && !reported) {
        reported = true;
        visitor_.not_http(flow_, direction_, bytes, ref);
    }
    if (to_server || beginning) {
        return false;
    }
    flow_.current_response = flow_.responses_seen++;
    flow_.reading = BodyReading::frames;
    flow_.searched_bytes = 0;
    flow_.frames.emplace(false);
    if (flow_.roles == Roles::known) {
        visitor_.body_start(flow_, flow_.current_response, BodyStart::unknown, ref);
    }
    return true;
}

void Lane::on_head_too_long(const PacketRef& ref)
{
    if (flow_.roles == Roles::known) {
        visitor_.not_http(flow_, direction_, {}, ref);
    }
}

bool Lane::confirmed(const wmsp::Frame& frame)
{
    if (flow_.roles == Roles::known) {
        return true;
    }
    // One plausible packet may be chance in arbitrary data; one that another follows at once is not.
    if (!flow_.unconfirmed || frame.after_sync_loss) {
        flow_.unconfirmed = frame;
        flow_.unconfirmed_end.reset();
        return false;
    }
    flow_.become_known(visitor_, frame.first);
    return true;
}

bool Lane::on_frame_begin(const wmsp::Frame& frame)
{
    flow_.searched_bytes = 0;
    if (!confirmed(frame)) {
        return false;
    }
    if (frame.id != wmsp::packet_id::header) {
        deliver_asf(frame.first);
    }
    visitor_.frame_begin(flow_, frame);
    return frame.id == wmsp::packet_id::header || (wants_.media && frame.has_mms_header);
}

void Lane::on_payload(const wmsp::Frame& frame, Bytes bytes)
{
    if (frame.id != wmsp::packet_id::header) {
        visitor_.media(flow_, frame, bytes, *media_at_);
        return;
    }
    const std::uint64_t limit = caps_.limit(Cap::asf_header_bytes);
    const std::size_t room =
        static_cast<std::size_t>(limit - std::min<std::uint64_t>(limit, flow_.asf.size()));
    if (bytes.size() > room) {
        caps_.reached(Cap::asf_header_bytes);
    }
    flow_.asf.append(as_text(bytes.first(std::min(room, bytes.size()))));
    if (!flow_.asf_memory.grow_to(caps_, Cap::pending_bytes, flow_.asf.capacity())) {
        drop_asf();
        flow_.asf_damaged = true;
    }
}

void Lane::on_frame_end(const wmsp::Frame& frame, const PacketRef& ref)
{
    if (flow_.roles != Roles::known) {
        if (flow_.unconfirmed) {
            flow_.unconfirmed->complete = frame.complete;
            flow_.unconfirmed->damaged = frame.damaged;
            flow_.unconfirmed_end = ref;
        }
        return;
    }
    visitor_.frame_end(flow_, frame, ref);
    if (frame.id == wmsp::packet_id::header) {
        flow_.asf_damaged = flow_.asf_damaged || frame.damaged || !frame.complete;
        // AFFlags 0x08 marks the last fragment, 0x0C an only one (MS-WMSP 2.2.3.1.2).
        if ((frame.af_flags & 0x08) != 0) {
            deliver_asf(ref);
        }
    }
}

void Lane::deliver_asf(const PacketRef& ref)
{
    if (!flow_.asf.empty() && !flow_.asf_damaged) {
        visitor_.asf_header(flow_, as_bytes(flow_.asf), ref);
    }
    drop_asf();
    flow_.asf_damaged = false;
}

void Lane::drop_asf()
{
    std::string{}.swap(flow_.asf); // an assignment would keep its memory
    flow_.asf_memory.release();
}

void Lane::on_no_packet(Bytes found, bool body_ends, const PacketRef& ref)
{
    if (flow_.roles == Roles::known) {
        visitor_.no_packet(flow_, found, body_ends, ref);
    }
}

void Lane::on_unsynchronised(std::uint64_t skipped, const PacketRef& ref)
{
    if (flow_.roles == Roles::known) {
        unsynchronised_ += skipped;
        visitor_.unsynchronised(flow_, skipped, ref);
    }
    flow_.searched_bytes += skipped;
    // The parser is not to be destroyed inside its own call: what it still finds is not read.
    if (flow_.searched_bytes > search_limit) {
        flow_.reading = BodyReading::passed_over;
    }
}

} // namespace wmclients::dissect
