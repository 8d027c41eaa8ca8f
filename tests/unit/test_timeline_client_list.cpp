#include <wmclients/timeline/client_list.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_timeline_client_list {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

constexpr const char* file_id = "88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6";
constexpr const char* other_id = "11111111-2222-3333-4444-555555555555";
constexpr const char* one_link = "02:00:00:00:00:01";
constexpr const char* two_link = "02:00:00:00:00:02";

/// A timeline fed by hand; times are seconds.
struct Model {
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};
    std::uint64_t connection = 0;

    void sink(const std::string& endpoint, const std::string& link, const std::string& id)
    {
        timeline.on(SinkOpen{
            *parse_endpoint(endpoint), parse_link_address(link).value_or(LinkAddress{}), "Rex/12.0", {}});
        if (!id.empty()) {
            StreamInfo info;
            info.file_id = id;
            timeline.on(StreamHeader{*parse_endpoint(endpoint), info, {}});
        }
    }

    static Moment at(int second) { return {timestamp_from(second, 0), static_cast<std::uint64_t>(second)}; }

    /// A client from `from` (or from before the capture, if negative) to `to` (or for ever).
    void client(const std::string& endpoint, const std::string& server, int from, int to)
    {
        PlayStarted started;
        started.connection = ++connection;
        started.client = *parse_endpoint(endpoint);
        started.server = *parse_endpoint(server);
        started.first_packet = connection;
        started.attached = from < 0 ? Moment{} : at(from);
        timeline.on(started);
        if (to >= 0) {
            timeline.on(ConnectionEnded{connection, at(to), EndReason::client_fin, {}, {}});
        }
    }

    /// "8080: 10.0.0.1:8080 [fd00::1]:8080 | 1 2" a sink: its endpoints, and the ports of its rows.
    std::string shown(const std::optional<Instant>& instant = {}, const SinkSelection& selection = {}) const
    {
        std::string text;
        for (const Sink& one : list_sinks(timeline, instant, selection)) {
            for (const std::uint32_t index : one.endpoints) {
                text += to_string(timeline.endpoints()[index].endpoint) + " ";
            }
            text += "|";
            for (const Client* row : one.clients) {
                text += " " + std::to_string(row->endpoint.port);
            }
            text += "\n";
        }
        return text;
    }
};

} // namespace

TEST_CASE("timeline/client_list: one listener's IPv4 and IPv6 endpoint are one sink")
{
    Model model;
    model.sink("[fd00::1]:8080", one_link, file_id);
    model.sink("10.0.0.1:8080", one_link, file_id);
    CHECK(model.shown() == "10.0.0.1:8080 [fd00::1]:8080 |\n");
}

TEST_CASE("timeline/client_list: another port, link address or File ID is another sink")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.sink("[fd00::1]:8081", one_link, file_id);
    model.sink("[fd00::2]:8080", two_link, file_id);
    model.sink("[fd00::3]:8080", one_link, other_id);
    CHECK(model.shown() == "10.0.0.1:8080 |\n[fd00::2]:8080 |\n[fd00::3]:8080 |\n[fd00::1]:8081 |\n");
}

TEST_CASE("timeline/client_list: without link addresses two endpoints of a family never unite")
{
    Model model;
    model.sink("10.0.0.1:8080", "", file_id);
    model.sink("10.0.0.2:8080", "", file_id); // a relay repeats its encoder's File ID
    model.sink("[fd00::1]:8080", "", file_id);
    CHECK(model.shown() == "10.0.0.1:8080 [fd00::1]:8080 |\n10.0.0.2:8080 |\n");
}

TEST_CASE("timeline/client_list: an endpoint without a File ID joins the only sink that fits")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.sink("[fd00::1]:8080", one_link, "");
    CHECK(model.shown() == "10.0.0.1:8080 [fd00::1]:8080 |\n");
    model.sink("10.0.0.9:8080", one_link, other_id);
    CHECK(model.shown() == "10.0.0.1:8080 |\n10.0.0.9:8080 |\n[fd00::1]:8080 |\n");
}

TEST_CASE("timeline/client_list: --sink separates and unites")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.sink("[fd00::1]:8080", one_link, file_id);
    model.sink("10.0.0.2:8080", two_link, other_id);
    SinkSelection alone;
    alone.endpoint = parse_endpoint("[fd00::1]:8080");
    CHECK(model.shown({}, alone) == "[fd00::1]:8080 |\n");
    SinkSelection united;
    united.port = 8080;
    united.unite_port = true;
    CHECK(model.shown({}, united) == "10.0.0.1:8080 10.0.0.2:8080 [fd00::1]:8080 |\n");
    SinkSelection other_port;
    other_port.port = 8081;
    CHECK(model.shown({}, other_port).empty());
}

TEST_CASE("timeline/client_list: rows are in attach order, unknown times first")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.client("10.0.0.5:3", "10.0.0.1:8080", 30, -1);
    model.client("10.0.0.5:1", "10.0.0.1:8080", 10, 20);
    model.client("10.0.0.5:0", "10.0.0.1:8080", -1, 25);
    model.client("10.0.0.5:2", "10.0.0.1:8080", 10, -1);
    CHECK(model.shown() == "10.0.0.1:8080 | 0 1 2 3\n");
}

TEST_CASE("timeline/client_list: at an instant, an attach is in and a detach is out")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.client("10.0.0.5:0", "10.0.0.1:8080", -1, 25);
    model.client("10.0.0.5:1", "10.0.0.1:8080", 10, 20);
    model.client("10.0.0.5:2", "10.0.0.1:8080", 20, -1);
    const auto time = [](int second) { return Instant{timestamp_from(second, 0), 0}; };
    CHECK(model.shown(time(9)) == "10.0.0.1:8080 | 0\n");
    CHECK(model.shown(time(10)) == "10.0.0.1:8080 | 0 1\n");
    CHECK(model.shown(time(19)) == "10.0.0.1:8080 | 0 1\n");
    CHECK(model.shown(time(20)) == "10.0.0.1:8080 | 0 2\n");
    CHECK(model.shown(time(25)) == "10.0.0.1:8080 | 2\n");
    CHECK(model.shown(Instant{{}, 19}) == "10.0.0.1:8080 | 0 1\n");
    CHECK(model.shown(Instant{{}, 20}) == "10.0.0.1:8080 | 0 2\n");
}

TEST_CASE("timeline/client_list: the peak counts an attach and a detach of one instant as a change")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    model.client("10.0.0.5:1", "10.0.0.1:8080", 10, 20);
    model.client("10.0.0.5:2", "10.0.0.1:8080", 20, 40);
    model.client("10.0.0.5:3", "10.0.0.1:8080", 30, 50);
    const auto sinks = list_sinks(model.timeline, {}, {});
    const Peak peak = peak_of(model.timeline, sinks.front().clients);
    CHECK(peak.clients == 2);
    CHECK(peak.at == timestamp_from(30, 0));
    CHECK(peak_of(model.timeline, {}).clients == 0);
}

TEST_CASE("timeline/client_list: streaming begins once, and stays begun")
{
    Model model;
    model.sink("10.0.0.1:8080", one_link, file_id);
    const auto before = list_sinks(model.timeline, {}, {});
    CHECK_FALSE(is_streaming(model.timeline, before.front(), {}));
    model.timeline.on(SinkStreaming{*parse_endpoint("10.0.0.1:8080"), Model::at(10), {}});
    CHECK_FALSE(is_streaming(model.timeline, before.front(), Instant{timestamp_from(9, 0), 0}));
    CHECK(is_streaming(model.timeline, before.front(), Instant{timestamp_from(10, 0), 0}));
    CHECK(is_streaming(model.timeline, before.front(), {}));
    model.timeline.on(SinkStreaming{*parse_endpoint("10.0.0.1:8080"), {}, {}});
    CHECK(is_streaming(model.timeline, before.front(), Instant{timestamp_from(1, 0), 0}));
}

} // namespace test_timeline_client_list
