#include <wmclients/session/analysis.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wmclients::session {
namespace {

constexpr std::uint64_t packets_a_progress = 4096;

} // namespace

std::optional<InstantRequest> parse_instant(std::string_view text)
{
    constexpr std::string_view packet_prefix = "packet:";
    InstantRequest request;
    if (text.substr(0, packet_prefix.size()) == packet_prefix) {
        text.remove_prefix(packet_prefix.size());
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), request.packet);
        request.kind = InstantRequest::Kind::packet;
        return error == std::errc{} && stop == text.data() + text.size() && request.packet != 0
                   ? std::optional{request}
                   : std::nullopt;
    }
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        double seconds = 0;
        const auto [stop, error] =
            std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
        request.kind = InstantRequest::Kind::after_first;
        if (error != std::errc{} || stop != text.data() + text.size() || !(seconds >= 0 && seconds < 1e9)) {
            return {};
        }
        request.after = Duration{std::llround(seconds * 1e9)};
        return request;
    }
    if (const MaybeTime time = parse_rfc3339(text)) {
        request.time = *time;
        return request;
    }
    return {};
}

timeline::Instant resolve(const InstantRequest& request, Timestamp first)
{
    switch (request.kind) {
    case InstantRequest::Kind::after_first:
        return {first + request.after, 0};
    case InstantRequest::Kind::packet:
        return {{}, request.packet};
    case InstantRequest::Kind::time:
        break;
    }
    return {request.time, 0};
}

Analysis::Analysis(timeline::EventListener& listener, Caps& caps, const TrackerOptions& options,
                   std::optional<InstantRequest> instant, dissect::Visitor* companion)
    : tracker_(listener, caps, options), both_(tracker_, companion),
      dissector_(companion == nullptr ? static_cast<dissect::Visitor&>(tracker_) : both_, caps),
      instant_(instant)
{
}

void Analysis::packet(const capture::Packet& packet)
{
    if (span_.packets++ == 0) {
        span_.first = packet.ref;
        if (instant_) {
            at_ = resolve(*instant_, packet.ref.time);
            tracker_.take_instant(*at_);
        }
    }
    tracker_.before(packet.ref);
    if (at_ && at_->includes(packet.ref)) {
        span_.at = packet.ref;
    }
    span_.last = now_ = packet.ref;
    dissector_.packet(packet);
}

void Analysis::advance(Timestamp now)
{
    if (span_.packets != 0) {
        now_.time = std::max(now_.time, now);
        tracker_.before(now_);
        dissector_.advance(now);
    }
}

void Analysis::finish()
{
    dissector_.finish();
    tracker_.finish(now_);
}

bool Analysis::run(capture::PacketSource& source, const Progress& progress)
{
    capture::Packet packet;
    bool whole = true;
    while (source.next(packet)) {
        this->packet(packet);
        if (span_.packets % packets_a_progress == 0 && progress && !progress(source)) {
            whole = false;
            break;
        }
    }
    finish();
    return whole;
}

bool Analysis::run(capture::LiveSource& source, const Tick& tick)
{
    capture::Packet packet;
    bool whole = true;
    for (auto step = source.wait(packet); step != capture::LiveSource::Step::end;
         step = source.wait(packet)) {
        if (step == capture::LiveSource::Step::packet) {
            this->packet(packet);
            continue;
        }
        advance(source.now());
        if (!tick()) {
            whole = false;
            break;
        }
    }
    finish();
    return whole;
}

} // namespace wmclients::session
