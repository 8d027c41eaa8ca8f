#include <wmclients/capture/time_window.hpp>

#include <utility>

namespace wmclients::capture {
namespace {

Timestamp resolve(const WindowEdge& edge, Timestamp first)
{
    if (const auto* instant = std::get_if<Timestamp>(&edge)) {
        return *instant;
    }
    const Duration after = std::get<Duration>(edge);
    if (after > Duration::zero() && first > Timestamp::max() - after) {
        return Timestamp::max();
    }
    if (after < Duration::zero() && first < Timestamp::min() - after) {
        return Timestamp::min();
    }
    return first + after;
}

} // namespace

TimeWindow::TimeWindow(std::unique_ptr<PacketSource> inner, std::optional<WindowEdge> from,
                       std::optional<WindowEdge> to)
    : SourceDecorator(std::move(inner)), from_edge_(from), to_edge_(to)
{
}

bool TimeWindow::next(Packet& out)
{
    while (!done_ && inner().next(out)) {
        if (!settled_) {
            settle(out.ref.time);
        }
        if (out.ref.time > to_) {
            break;
        }
        if (out.ref.time >= from_) {
            return true;
        }
    }
    done_ = true;
    return false;
}

void TimeWindow::settle(Timestamp first)
{
    settled_ = true;
    if (from_edge_) {
        from_ = resolve(*from_edge_, first);
    }
    if (to_edge_) {
        to_ = resolve(*to_edge_, first);
    }
}

} // namespace wmclients::capture
