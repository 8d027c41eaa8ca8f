#include "test_extract_support.hpp"

#include <wmclients/asf/header.hpp>
#include <wmclients/dissect/dissector.hpp>
#include <wmclients/dissect/fan_out.hpp>
#include <wmclients/extract/stream_collector.hpp>
#include <wmclients/session/tracker.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/capture_builder.hpp>

namespace test_extract_stream_collector {

using namespace wmclients;
using extract::Gaps;
using extract::StreamResult;
using testing::MemoryFiles;

namespace {

/// The two passes over a script's packets.
struct Extraction {
    struct Options {
        Gaps gaps = Gaps::leave_out;
        timeline::Policies policies;
        std::vector<std::pair<Cap, std::uint64_t>> limits; ///< of the second pass
        std::size_t room = SIZE_MAX;
        std::size_t most_files = SIZE_MAX;
    };

    explicit Extraction(std::string_view script) : Extraction(script, Options{}) {}

    Extraction(std::string_view script, const Options& options)
    {
        const auto capture = testing::build_capture(script);
        REQUIRE_MESSAGE(capture, (capture ? "" : capture.error().message));
        files.room = options.room;
        files.most = options.most_files;
        timeline::ClientTimeline timeline{options.policies, caps};
        extract::HeaderArchive archive{caps};
        pass(*capture, timeline, archive, options, caps);
        std::vector<extract::Row> rows;
        std::vector<extract::SinkHeaders> headers;
        headers.reserve(timeline.clients().size());
        for (const timeline::Client& client : timeline.clients()) {
            extract::Row row;
            row.connection = client.connection;
            if (options.policies.attach_on == timeline::AttachOn::play) {
                row.ordinal = client.ordinal;
            }
            headers.push_back(archive.of(std::vector{timeline.endpoints()[client.sink_endpoint].endpoint}));
            row.headers = &headers.back();
            rows.push_back(row);
        }
        for (const auto& [cap, limit] : options.limits) {
            caps.set_limit(cap, limit);
        }
        extract::StreamCollector collector{rows, files, options.gaps, caps, results};
        pass(*capture, collector, collector, options, caps);
        collector.finish();
        failed = collector.failed() ? collector.failed()->message : "";
    }

    static void pass(const testing::BuiltCapture& capture, timeline::EventListener& listener,
                     dissect::Visitor& companion, const Options& options, Caps& caps)
    {
        session::TrackerOptions tracking;
        tracking.every_connection = options.policies.attach_on != timeline::AttachOn::play;
        session::Tracker tracker{listener, caps, tracking};
        dissect::FanOut both{tracker, &companion};
        dissect::Dissector dissector{both, caps};
        const auto views = capture.views();
        for (const capture::Packet& packet : views) {
            tracker.before(packet.ref);
            dissector.packet(packet);
        }
        dissector.finish();
    }

    /// The packets of a file, each by the first byte after 3 of its payload, "." for one without payload.
    [[nodiscard]] std::string packets(std::size_t row, std::size_t number = 0) const
    {
        const auto found = files.files.find({row, number});
        if (found == files.files.end() || !found->second.finished) {
            return "no file";
        }
        const auto& bytes = found->second.bytes;
        const auto header = asf::parse_header(bytes);
        REQUIRE(header);
        REQUIRE(header->complete);
        CHECK_FALSE(header->broadcast);
        std::string text;
        std::size_t at = header->header_size + 50;
        for (; at < bytes.size(); at += header->max_packet_size) {
            text += bytes[at] == 0x82 ? '.' : static_cast<char>(bytes[at]);
        }
        CHECK(at == bytes.size());
        CHECK(header->data_packet_count == text.size());
        return text;
    }

    Caps caps;
    MemoryFiles files;
    std::vector<StreamResult> results;
    std::string failed;
};

const std::string prologue = R"(
packet-size 100
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let describe "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: no-cache\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nServer: Cougar/4.1.0.3856\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
)";

} // namespace

TEST_CASE("extract/stream_collector: a client's packets, in the order in which it got them")
{
    const Extraction one{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="AAAA") $D(data="BB")
0.040 a < $D(data="C") $E
0.050 a > fin
)"};
    REQUIRE(one.results.size() == 1);
    CHECK(one.packets(0) == "ABC");
    CHECK(one.results[0].whole());
    CHECK(one.results[0].data_packets == 3);
    CHECK(one.results[0].lost_packets == 0);
    REQUIRE(one.results[0].files.size() == 1);
    CHECK(one.results[0].files[0].data_packets == 3);
}

TEST_CASE(
    "extract/stream_collector: a Describe on the same connection belongs to nobody; two Plays are two rows")
{
    const Extraction two{prologue + R"(
let framed "HTTP/1.1 200 OK\r\nServer: Cougar/9.0\r\nContent-Type: application/x-mms-framed\r\nTransfer-Encoding: chunked\r\n\r\n"
0.000 a handshake
0.010 a > %describe
0.020 a < %framed chunk($H(asf)) last-chunk
0.030 a > %play
0.040 a < %framed chunk($H(asf)) chunk($D(data="A")) chunk($D(data="B")) last-chunk
0.050 a > %play
0.060 a < %framed chunk($H(asf)) chunk($D(data="C")) last-chunk
0.070 a > fin
)"};
    REQUIRE(two.results.size() == 2);
    CHECK(two.packets(0) == "AB");
    CHECK(two.packets(1) == "C");
    CHECK(two.results[0].whole());
    CHECK(two.results[1].whole());
}

TEST_CASE("extract/stream_collector: where a row is a connection, all its Plays are its stream")
{
    Extraction::Options options;
    options.policies.attach_on = timeline::AttachOn::accept;
    const Extraction one{prologue + R"(
let framed "HTTP/1.1 200 OK\r\nServer: Cougar/9.0\r\nContent-Type: application/x-mms-framed\r\nTransfer-Encoding: chunked\r\n\r\n"
0.000 a handshake
0.030 a > %play
0.040 a < %framed chunk($H(asf)) chunk($D(data="A")) last-chunk
0.050 a > %play
0.060 a < %framed chunk($H(asf)) chunk($D(data="B")) last-chunk
0.070 a > fin
)",
                         options};
    REQUIRE(one.results.size() == 1);
    CHECK(one.packets(0) == "AB");
}

TEST_CASE("extract/stream_collector: another header makes another file, the same one does not")
{
    const std::string script = prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="A") $H(asf) $D(data="B") $C(0)
0.040 a < $H(asf=11111111-2222-3333-4444-555555555555) $D(data="C")
0.050 a > fin
)";
    const Extraction two{script};
    CHECK(two.packets(0, 0) == "AB");
    CHECK(two.packets(0, 1) == "C");
    CHECK(two.results[0].files.size() == 2);
    CHECK(two.results[0].whole());

    Extraction::Options options;
    options.most_files = 1;
    const Extraction pipe{script, options};
    CHECK(pipe.packets(0, 0) == "AB");
    CHECK(pipe.results[0].homeless_packets == 1);
    CHECK_FALSE(pipe.results[0].whole());
}

TEST_CASE("extract/stream_collector: damaged, cut and lost packets are left out or padded")
{
    const std::string script = prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="A") $D(size=20,hole=13*2)
0.040 a < $D(data="C") $D(loc=6,data="F") $D(data="G")
0.050 a < $D(data="H",length=40,packet-size=40) fin
)";
    const Extraction out{script};
    REQUIRE(out.results.size() == 1);
    CHECK(out.packets(0) == "ACFG");
    const StreamResult& result = out.results[0];
    CHECK(result.data_packets == 5);
    CHECK(result.damaged_packets == 1);
    CHECK(result.cut_packets == 1);
    CHECK(result.lost_packets == 2);
    CHECK_FALSE(result.whole());

    Extraction::Options options;
    options.gaps = Gaps::pad;
    const Extraction padded{script, options};
    CHECK(padded.packets(0) == "A.C..FG");
    CHECK(padded.results[0].files[0].padding_packets == 3);
    CHECK(padded.results[0].unpadded_packets == 0);

    options.limits = {{Cap::padding_packets, 2}};
    const Extraction limited{script, options};
    CHECK(limited.packets(0) == "A.C.FG");
    CHECK(limited.results[0].unpadded_packets == 1);
    CHECK(limited.caps.times_reached(Cap::padding_packets) == 1);
}

TEST_CASE("extract/stream_collector: LocationIds that jump do not make a file of any size")
{
    Extraction::Options options;
    options.gaps = Gaps::pad;
    options.limits = {{Cap::padding_packets, 10}};
    const Extraction one{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="A") $D(loc=2000000000,data="B") $D(loc=1,data="C") $D(loc=2000000000,data="D")
0.050 a > fin
)",
                         options};
    CHECK(one.packets(0) == "A..........BCD");
    CHECK(one.results[0].unpadded_packets == 1'999'999'998U - 10 + 1'999'999'998U);
}

TEST_CASE("extract/stream_collector: who was there before the capture gets another's header")
{
    const std::string before = R"(
connection b 10.78.0.22:50002 -> 10.78.0.1:8080
0.000 b < $D(data="A") $D(data="B") $D(data="C")
0.001 b < $D(data="D")
)";
    const Extraction borrowed{prologue + before + R"(
0.010 a handshake
0.020 a > %describe
0.030 a < %ok
0.040 a < $H(asf)
0.050 a > fin
)"};
    REQUIRE(borrowed.results.size() == 1);
    REQUIRE(borrowed.results[0].borrowed);
    CHECK(to_string(borrowed.results[0].borrowed->client) == "10.78.0.11:50001");
    CHECK_FALSE(borrowed.results[0].whole());
    // The first one found served to know that this is a stream at all.
    CHECK(borrowed.packets(0) == "BCD");
    CHECK(borrowed.results[0].skipped_packets == 1);
    CHECK(borrowed.results[0].damaged_packets == 0);

    const Extraction nobody{prologue + before};
    REQUIRE(nobody.results.size() == 1);
    CHECK(nobody.results[0].files.empty());
    CHECK(nobody.results[0].homeless_packets == 3);
}

TEST_CASE("extract/stream_collector: a header that is none, and packets that it does not allow")
{
    const Extraction bad{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(data="no header") $D(data="A")
0.050 a > fin
)"};
    REQUIRE(bad.results.size() == 1);
    CHECK(bad.results[0].files.empty());
    CHECK(bad.results[0].problem.find("no ASF header") != std::string::npos);
    CHECK(bad.results[0].homeless_packets == 1);

    const Extraction large{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="A") $D(size=101) $D(data="C")
0.050 a > fin
)"};
    CHECK(large.packets(0) == "AC");
    CHECK(large.results[0].large_packets == 1);
    CHECK_FALSE(large.results[0].whole());
}

TEST_CASE("extract/stream_collector: it makes no more files, and holds no more of packets, than it may")
{
    Extraction::Options options;
    options.limits = {{Cap::extracted_files, 1}};
    const std::string two_headers = R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D(data="A") $H(asf=11111111-2222-3333-4444-555555555555) $D(data="B") $D(data="C")
)";
    const Extraction files{prologue + two_headers, options};
    CHECK(files.packets(0) == "A");
    CHECK(files.results[0].homeless_packets == 2);
    CHECK(files.results[0].problem.find("extracted_files") != std::string::npos);
    CHECK(files.caps.times_reached(Cap::extracted_files) == 1);

    options.limits = {{Cap::extracted_bytes, 0}};
    const Extraction bytes{prologue + two_headers, options};
    CHECK(bytes.packets(0) == "");
    CHECK(bytes.results[0].skipped_packets == 3);
    CHECK(bytes.results[0].borrowed); // its own could not be held
    CHECK_FALSE(bytes.results[0].whole());
    CHECK(bytes.caps.times_reached(Cap::extracted_bytes) == 5);
    CHECK(bytes.caps.in_use(Cap::extracted_bytes) == 0);
}

TEST_CASE("extract/stream_collector: without media there is no file")
{
    const Extraction none{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf)
0.050 a > fin
)"};
    REQUIRE(none.results.size() == 1);
    CHECK(none.results[0].files.empty());
    CHECK(none.files.files.empty());
}

TEST_CASE("extract/stream_collector: a file that cannot be written ends it all")
{
    Extraction::Options options;
    options.room = 600;
    const Extraction full{prologue + R"(
0.000 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) 20*$D(data="A")
0.050 a > fin
)",
                          options};
    CHECK(full.failed == "0-0: full");
    CHECK(full.results[0].files.empty());
    CHECK(full.packets(0) == "no file");
}

} // namespace test_extract_stream_collector
