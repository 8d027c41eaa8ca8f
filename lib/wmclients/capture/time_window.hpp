#pragma once

#include <wmclients/base/time.hpp>
#include <wmclients/capture/source_decorator.hpp>

#include <memory>
#include <optional>
#include <variant>

namespace wmclients::capture {

/// A point in the capture: an instant, or how long after the capture's first packet.
using WindowEdge = std::variant<Timestamp, Duration>;

/// Passes on the packets with from <= time <= to; an edge left out does not bound. Reads no further than the
/// first packet after `to`, so what is beyond is neither counted nor found damaged.
class TimeWindow final : public SourceDecorator {
  public:
    TimeWindow(std::unique_ptr<PacketSource> inner, std::optional<WindowEdge> from,
               std::optional<WindowEdge> to);

    bool next(Packet& out) override;

  private:
    void settle(Timestamp first);

    std::optional<WindowEdge> from_edge_;
    std::optional<WindowEdge> to_edge_;
    bool settled_ = false;
    bool done_ = false;
    Timestamp from_ = Timestamp::min();
    Timestamp to_ = Timestamp::max();
};

} // namespace wmclients::capture
