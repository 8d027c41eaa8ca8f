#include <wmclients/timeline/events.hpp>

#include <array>

namespace wmclients::timeline {
namespace {

constexpr std::array<std::string_view, 13> end_reasons{
    "none",       "eos",      "stop",    "body_end",   "client_fin", "server_fin", "client_rst",
    "server_rst", "replaced", "stalled", "disconnect", "close",      "unknown"};
constexpr std::array<std::string_view, 4> tracking_ends{"none", "idle", "evicted", "capture_end"};
constexpr std::array<std::string_view, 5> classes{"data", "probe", "side", "refused", "foreign"};
constexpr std::array<std::string_view, 4> certainties{"none", "weak", "guid", "client_id"};

template <typename Enum, std::size_t size>
std::optional<Enum> find(const std::array<std::string_view, size>& names, std::string_view text)
{
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return {};
}

} // namespace

std::string_view to_string(EndReason reason)
{
    return end_reasons[static_cast<std::size_t>(reason)];
}

std::string_view to_string(TrackingEnd end)
{
    return tracking_ends[static_cast<std::size_t>(end)];
}

std::string_view to_string(ConnectionClass kind)
{
    return classes[static_cast<std::size_t>(kind)];
}

std::string_view to_string(LinkCertainty certainty)
{
    return certainties[static_cast<std::size_t>(certainty)];
}

std::optional<EndReason> end_reason_from(std::string_view text)
{
    return find<EndReason>(end_reasons, text);
}

std::optional<TrackingEnd> tracking_end_from(std::string_view text)
{
    return find<TrackingEnd>(tracking_ends, text);
}

std::optional<ConnectionClass> connection_class_from(std::string_view text)
{
    return find<ConnectionClass>(classes, text);
}

std::optional<LinkCertainty> link_certainty_from(std::string_view text)
{
    return find<LinkCertainty>(certainties, text);
}

} // namespace wmclients::timeline
