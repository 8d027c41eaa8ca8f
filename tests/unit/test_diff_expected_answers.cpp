#include <wmclients/diff/expected_answers.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_diff_expected_answers {

using namespace wmclients;
using namespace wmclients::diff;
using namespace std::chrono_literals;

namespace {

Timestamp at(double seconds)
{
    return timestamp_from(1000, 0) + Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

/// A sink on port 8080 that streams since 5 s; clients are 10.0.0.NUMBER:5000.
struct Sink {
    Caps caps;
    timeline::ClientTimeline timeline{{}, caps};

    Sink()
    {
        const Endpoint server = *parse_endpoint("10.0.0.9:8080");
        timeline.on(timeline::SinkOpen{server, {}, "Rex/9", {}});
        timeline.on(timeline::SinkStreaming{server, {at(5), 0}, {}});
    }

    void client(std::uint64_t number, double came, double went = -1)
    {
        timeline::PlayStarted started;
        started.connection = number;
        started.client = *parse_endpoint("10.0.0." + std::to_string(number) + ":5000");
        started.server = *parse_endpoint("10.0.0.9:8080");
        started.attached = {at(came), 0};
        timeline.on(started);
        if (went >= 0) {
            timeline.on(
                timeline::ConnectionEnded{number, {at(went), 0}, timeline::EndReason::client_fin, {}, {}});
        }
    }

    void name(std::uint64_t number, double when, const char* name)
    {
        const auto address = *parse_address("10.0.0." + std::to_string(number));
        timeline.on(timeline::NameLearnt{address, name, dns::NameSource::captured_ptr, {at(when), 0}});
    }

    /// Who is expected at a time if these were told: their numbers, and their names.
    [[nodiscard]] std::string expected(double when, const std::vector<int>& told, const char* name = "") const
    {
        timeline::SnapshotTaken snapshot;
        snapshot.port = 8080;
        snapshot.count = static_cast<std::uint32_t>(told.size());
        for (const int number : told) {
            timeline::ClientAnswer answer;
            answer.ip_address = 0x0A000000U + static_cast<std::uint32_t>(number);
            answer.port = 5000;
            answer.address = "10.0.0." + std::to_string(number);
            answer.port_text = "5000";
            answer.dns_name = name;
            snapshot.clients.push_back(answer);
        }
        std::string text;
        for (const auto& client : expected_answers(timeline, snapshot, at(when), 1s).clients) {
            text += client.address.substr(7) + (client.dns_name.empty() ? "" : "=" + client.dns_name) + " ";
        }
        return text;
    }
};

} // namespace

TEST_CASE("diff/expected_answers: who plays twice on one connection is there once")
{
    Sink sink;
    sink.client(1, 10, 20);
    sink.client(1, 20.5);
    CHECK(sink.expected(20.2, {1}) == "1 ");
    CHECK(sink.expected(20.8, {1}) == "1 ");
    CHECK(sink.expected(20.2, {}).empty());
    CHECK(sink.expected(25, {}) == "1 ");
    // Until it plays again its place is that of its first attachment.
    sink.client(2, 15);
    CHECK(sink.expected(20.2, {1, 2}) == "1 2 ");
    CHECK(sink.expected(20.2, {2, 1}) == "2 1 ");
    CHECK(sink.expected(25, {1, 2}) == "2 1 ");
}

TEST_CASE("diff/expected_answers: whoever came or went within the tolerance is there as told")
{
    Sink sink;
    sink.client(1, 10, 30);
    sink.client(2, 20);
    CHECK(sink.expected(9.5, {}).empty());
    CHECK(sink.expected(9.5, {1}) == "1 ");
    CHECK(sink.expected(8, {1}).empty());
    CHECK(sink.expected(15, {}) == "1 ");
    CHECK(sink.expected(30.5, {1, 2}) == "1 2 ");
    CHECK(sink.expected(29.5, {2}) == "2 ");
    CHECK(sink.expected(32, {1, 2}) == "2 ");
    CHECK(sink.expected(25, {7, 1, 2}) == "1 2 "); // nobody knows 7
}

TEST_CASE("diff/expected_answers: two changes in the other order than on the wire")
{
    Sink sink;
    sink.client(1, 10, 20);
    sink.client(2, 20.001);
    CHECK(sink.expected(20, {1, 2}) == "1 2 "); // 2 is there, and 1 not yet gone: the wire never shows that
    CHECK(sink.expected(20, {}).empty());
}

TEST_CASE("diff/expected_answers: who came within the tolerance of each other stands as told, for good")
{
    Sink sink;
    sink.client(1, 10);
    sink.client(2, 10.5);
    sink.client(3, 11.2);
    CHECK(sink.expected(50, {2, 1, 3}) == "2 1 3 ");
    CHECK(sink.expected(50, {1, 3, 2}) == "1 3 2 ");
    CHECK(sink.expected(50, {3, 2, 1}) == "2 1 3 "); // 1.2 s are no tie
}

TEST_CASE("diff/expected_answers: a name is as told if one side does not know it, or if it changes just then")
{
    Sink sink;
    sink.client(1, 10);
    CHECK(sink.expected(15, {1}, "told.example") == "1=told.example ");
    sink.name(1, 20, "one.example");
    sink.name(1, 30, "two.example");
    CHECK(sink.expected(25, {1}) == "1 ");
    CHECK(sink.expected(25, {1}, "other.example") == "1=one.example ");
    CHECK(sink.expected(29.5, {1}, "two.example") == "1=two.example ");
    CHECK(sink.expected(28, {1}, "two.example") == "1=one.example ");
}

TEST_CASE("diff/expected_answers: whether streaming has begun is as told until a header was seen")
{
    const Sink sink;
    timeline::SnapshotTaken told;
    told.port = 8080;
    for (const Hresult result : {Hresult::s_ok, Hresult::ns_e_invalid_request}) {
        told.count_result = result;
        CHECK(expected_answers(sink.timeline, told, at(2), 1s).count_result == result);
        CHECK(expected_answers(sink.timeline, told, at(5.5), 1s).count_result == result);
        CHECK(expected_answers(sink.timeline, told, at(7), 1s).count_result == Hresult::s_ok);
    }
    told.port = 8081; // no such sink
    CHECK(expected_answers(sink.timeline, told, at(7), 1s).count_result == Hresult::ns_e_invalid_request);
}

} // namespace test_diff_expected_answers
