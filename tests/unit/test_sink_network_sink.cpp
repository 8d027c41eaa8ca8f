#include <wmclients/asf/data_packet.hpp>
#include <wmclients/com/answers.hpp>
#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/sink/network_sink.hpp>
#include <wmclients/timeline/client_list.hpp>
#include <wmclients/timeline/event_log.hpp>
#include <wmclients/wmsp/frame_parser.hpp>

#include <doctest/doctest.h>
#include <support/asf_builder.hpp>
#include <support/tcp_client.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace test_sink_network_sink {

// A sink on loopback, and clients that speak to it byte by byte. Real players are in tests/e2e.

using namespace wmclients;
using namespace wmclients::sink;
using namespace wmclients::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* player = "NSPlayer/12.0.7601.17514";

/// Streams 1 (audio) and 2 (video).
AsfBytes header()
{
    const AsfBytes only =
        asf_header({}, {{1, asf::StreamKind::audio, 64000}, {2, asf::StreamKind::video, 300000}});
    AsfBytes made = asf_file(only, {});
    made.resize(only.size() + 50);
    return made;
}

/// The same, and so many bytes of a Padding Object at the end of the Header Object (ASF specification
/// 01.20.05, section 3.16).
AsfBytes long_header(std::uint32_t padding)
{
    AsfBytes large = header();
    const auto guid = asf::parse_guid("1806D474-CADF-4509-A4BA-9AABCB96AAE8")->bytes;
    AsfBytes object(padding);
    std::copy(guid.begin(), guid.end(), object.begin());
    const auto put = [](AsfBytes& bytes, std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
        }
    };
    put(object, 16, padding);
    put(large, 16, load_le32(large.data() + 16) + padding);
    put(large, 24, load_le32(large.data() + 24) + 1);
    large.insert(large.end() - 50, object.begin(), object.end());
    return large;
}

/// A packet with one object of each stream; `number` is in the media.
AsfBytes packet(std::uint32_t number, bool key_frame, std::size_t size = 100)
{
    AsfPacketLayout layout;
    layout.size = size + 300;
    AsfPayload audio;
    audio.number = number;
    audio.object_size = 50;
    audio.data = 50;
    audio.time = number * 40;
    AsfPayload video = audio;
    video.stream = 2;
    video.key_frame = key_frame;
    video.object_size = static_cast<std::uint32_t>(size);
    video.data = size;
    video.fill = static_cast<std::uint8_t>(number);
    return asf_packet(layout, number * 40, 40, {audio, video});
}

std::string request(std::string_view pragmas, std::string_view first_line = "GET / HTTP/1.0",
                    const char* agent = player, std::string_view body = "")
{
    std::string text{first_line};
    text += std::string{"\r\nUser-Agent: "} + agent + "\r\nHost: test\r\n" + std::string{pragmas};
    if (first_line.substr(0, 4) == "POST") {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text + "\r\n" + std::string{body};
}

constexpr std::string_view play = "Pragma: xPlayStrm=1\r\n";

/// The value of a client-id in a reply.
std::string client_id(const std::string& reply)
{
    const std::size_t at = reply.find("client-id=");
    return at == std::string::npos ? "" : reply.substr(at + 10, reply.find('\r', at) - at - 10);
}

int status(const std::string& reply)
{
    return reply.size() > 12 ? std::atoi(reply.c_str() + 9) : 0;
}

/// The packets of a framed body.
class Frames final : public wmsp::FrameConsumer {
  public:
    explicit Frames(const std::string& body)
    {
        wmsp::FrameParser parser{true};
        parser.data(as_bytes(body), {}, *this);
    }

    std::vector<wmsp::Frame> all;
    std::vector<std::string> payloads;
    std::uint64_t lost = 0;

    [[nodiscard]] std::string ids() const
    {
        std::string text;
        for (const wmsp::Frame& frame : all) {
            text += frame.id;
        }
        return text;
    }

    bool on_frame_begin(const wmsp::Frame&) override
    {
        payload_.clear();
        return true;
    }

    void on_payload(const wmsp::Frame&, Bytes bytes) override { payload_ += as_text(bytes); }

    void on_frame_end(const wmsp::Frame& frame, const PacketRef&) override
    {
        if (frame.complete) {
            all.push_back(frame);
            payloads.push_back(payload_);
        }
    }

    void on_unsynchronised(std::uint64_t skipped, const PacketRef&) override { lost += skipped; }

  private:
    std::string payload_;
};

/// Reads until that many `$D`, or the end.
Frames read_data(TcpClient& client, std::size_t packets)
{
    std::string body;
    const auto until = std::chrono::steady_clock::now() + 5s;
    for (;;) {
        body += client.read(1, 100ms);
        body += client.read_all(1ms);
        Frames frames{body};
        const std::string ids = frames.ids();
        const auto data = static_cast<std::size_t>(std::count(ids.begin(), ids.end(), 'D'));
        if (data >= packets || client.ended() || std::chrono::steady_clock::now() > until) {
            return frames;
        }
    }
}

/// A sink that is open, and what it logs.
class Live {
  public:
    explicit Live(const std::function<void(SinkOptions&)>& change = {}, bool streams = true)
        : sink_(options(change), [this](std::string_view line) {
              const std::lock_guard lock{mutex_};
              log_.emplace_back(line);
          })
    {
        REQUIRE(sink_.open(port) == Hresult::s_ok);
        if (streams) {
            REQUIRE(sink_.on_header(header()) == Hresult::s_ok);
        }
    }

    NetworkSink* operator->() { return &sink_; }

    NetworkSink& operator*() { return sink_; }

    /// Sends packets `from` to `to` - 1, every tenth with a key frame.
    void stream(std::uint32_t from, std::uint32_t to, std::size_t size = 100)
    {
        for (std::uint32_t i = from; i < to; ++i) {
            CHECK(sink_.on_data_unit(packet(i, i % 10 == 0, size)) == Hresult::s_ok);
        }
    }

    /// Waits until so many clients are attached.
    [[nodiscard]] bool attached(std::uint32_t count) const
    {
        return eventually([&] {
            std::uint32_t found = 0;
            const com::ClientConnections object{com::snapshot_of(sink_)};
            return object.get_client_count(&found) == Hresult::s_ok && found == count;
        });
    }

    template <typename Condition>
    static bool eventually(Condition condition)
    {
        for (int i = 0; i < 500; ++i) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }

    /// The lines of the log with that type.
    [[nodiscard]] std::vector<Json> lines(std::string_view type) const
    {
        const std::lock_guard lock{mutex_};
        std::vector<Json> found;
        for (const std::string& line : log_) {
            Json object = Json::parse(line);
            if (object["type"] == type) {
                found.push_back(std::move(object));
            }
        }
        return found;
    }

    [[nodiscard]] std::vector<std::string> log() const
    {
        const std::lock_guard lock{mutex_};
        return log_;
    }

    std::uint16_t port = 0;

  private:
    static SinkOptions options(const std::function<void(SinkOptions&)>& change)
    {
        SinkOptions made;
        made.bind = parse_address("127.0.0.1");
        made.coalesce = 1ms;
        made.burst = 0ms;
        if (change) {
            change(made);
        }
        return made;
    }

    mutable std::mutex mutex_;
    std::vector<std::string> log_;
    NetworkSink sink_;
};

/// What a whole exchange answers.
std::string ask(const Live& live, const std::string& text)
{
    TcpClient client{live.port};
    client.send(text);
    return client.read_all(1s);
}

} // namespace

TEST_CASE("sink/network_sink: results and order of the calls of IWMWriterNetworkSink and IWMWriterSink")
{
    SinkOptions options;
    options.bind = parse_address("127.0.0.1");
    NetworkSink sink{options};
    std::string url;
    CHECK(sink.maximum_clients() == 5);
    CHECK(sink.host_url(url) == Hresult::ns_e_invalid_request);
    CHECK(sink.close() == Hresult::ns_e_invalid_request);
    CHECK(sink.disconnect() == Hresult::s_ok);
    CHECK(sink.set_maximum_clients(51) == Hresult::ns_e_invalid_request);
    CHECK(sink.set_maximum_clients(50) == Hresult::s_ok);
    CHECK(sink.set_maximum_clients(0) == Hresult::s_ok);
    CHECK(sink.on_data_unit(packet(0, true)) == Hresult::ns_e_invalid_request);
    std::uint16_t port = 0;
    CHECK(sink.open(port) == Hresult::s_ok);
    CHECK(port != 0);
    CHECK(sink.open(port) == Hresult::ns_e_invalid_request);
    CHECK(sink.host_url(url) == Hresult::s_ok);
    CHECK(url == "http://127.0.0.1:" + std::to_string(port));
    NetworkSink other{options};
    CHECK(other.open(port) == Hresult::ns_e_network_resource_failure);
    CHECK(sink.set_maximum_clients(3) == Hresult::s_ok); // open, but nothing streams yet
    CHECK(sink.on_header(as_bytes("no header")) == Hresult::ns_e_invalid_data);
    CHECK(sink.on_header(header()) == Hresult::s_ok);
    CHECK(sink.set_maximum_clients(4) == Hresult::ns_e_invalid_request);
    CHECK(sink.maximum_clients() == 3);
    CHECK(sink.on_data_unit(packet(0, true)) == Hresult::s_ok);
    CHECK(sink.on_data_unit({}) == Hresult::ns_e_invalid_data);
    CHECK(sink.on_end_writing() == Hresult::s_ok);
    CHECK(sink.on_data_unit(packet(0, true)) == Hresult::ns_e_invalid_request);
    CHECK(sink.close() == Hresult::s_ok);
    CHECK(sink.close() == Hresult::ns_e_invalid_request);
    CHECK(other.open(port) == Hresult::s_ok); // the port is free again
}

TEST_CASE("sink/network_sink: a Describe gets the header, and the connection stays if both want it")
{
    Live live;
    const std::string once = ask(live, request(""));
    CHECK(status(once) == 200);
    CHECK(once.find("\r\nContent-Type: application/vnd.ms.wms-hdr.asfv1\r\n") != std::string::npos);
    CHECK(once.find("\r\nConnection: close\r\n") != std::string::npos);
    const Frames frames{once.substr(once.find("\r\n\r\n") + 4)};
    REQUIRE(frames.ids() == "H");
    CHECK(frames.payloads[0] == as_text(header()));
    CHECK(frames.all[0].af_flags == 0x0C);

    TcpClient client{live.port};
    client.send(request("", "GET /?wmreconnect=0 HTTP/1.1"));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("\r\nConnection: Keep-Alive\r\n") != std::string::npos);
    client.read(12 + header().size());
    client.send(
        request("Pragma: client-id=" + client_id(head) + "\r\nConnection: close\r\n", "GET / HTTP/1.1"));
    const std::string second = client.read_all();
    CHECK(client_id(second) == client_id(head));
    CHECK(second.find("xResetStrm") == std::string::npos);
    CHECK(client.ended());
}

TEST_CASE("sink/network_sink: a Play gets the header, packets in order, and $E at the end")
{
    Live live;
    live.stream(0, 5);
    TcpClient client{live.port};
    client.send(request(play));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(status(head) == 200);
    CHECK(head.find("\r\nContent-Type: application/x-mms-framed\r\n\r\n") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    REQUIRE(live.attached(1));
    live.stream(5, 25);
    live->on_end_writing();
    const std::string body = client.read_all();
    CHECK(client.ended());
    const Frames frames{body};
    CHECK(frames.lost == 0);
    CHECK(frames.ids() == "H" + std::string(25, 'D') + "E");
    for (std::uint32_t i = 0; i < 25; ++i) {
        CHECK(frames.all[i + 1].location_id == i);
        CHECK(frames.all[i + 1].af_flags == i);
        asf::DataPacket parsed;
        REQUIRE(asf::parse_data_packet(as_bytes(frames.payloads[i + 1]), parsed));
        CHECK(parsed.send_time == i * 40);
        CHECK(parsed.media_end == parsed.size); // no padding
        CHECK(parsed.payloads.size() == 2);
    }
    CHECK(frames.all.back().reason == 0);
    REQUIRE(live.lines("client_disconnect").size() == 1);
    CHECK(live.lines("client_disconnect")[0]["reason"] == "eos");
    CHECK(live.lines("client_disconnect")[0]["data_packets"] == 25);
}

TEST_CASE("sink/network_sink: a header that is too long for one packet comes in several, and all are counted")
{
    Live live{{}, false};
    const AsfBytes large = long_header(150'000);
    REQUIRE(live->on_header(large) == Hresult::s_ok);
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request(play));
    client.read_until("\r\n\r\n");
    const Frames frames = read_data(client, 1);
    CHECK(frames.ids() == "HHHD");
    CHECK(frames.payloads[0] + frames.payloads[1] + frames.payloads[2] == as_text(large));
    client.close();
    REQUIRE(live.attached(0));
    CHECK(live.lines("client_disconnect")[0]["header_packets"] == 3);
}

TEST_CASE("sink/network_sink: a late joiner begins with the last key frame")
{
    Live live;
    live.stream(0, 37);
    TcpClient client{live.port};
    client.send(request(play));
    client.read_until("\r\n\r\n");
    const Frames frames = read_data(client, 7);
    CHECK(frames.ids() == "HDDDDDDD");
    asf::DataPacket parsed;
    REQUIRE(asf::parse_data_packet(as_bytes(frames.payloads[1]), parsed));
    CHECK(parsed.send_time == 30 * 40);
    CHECK(frames.all[1].location_id == 0);
}

TEST_CASE("sink/network_sink: the live object answers as the COM object would")
{
    Live live{{}, false};
    std::uint32_t count = 9;
    CHECK(com::ClientConnections{com::snapshot_of(*live)}.get_client_count(&count)
          == Hresult::ns_e_invalid_request);
    CHECK(count == 9);
    live->on_header(header());
    CHECK(com::ClientConnections{com::snapshot_of(*live)}.get_client_count(&count) == Hresult::s_ok);
    CHECK(count == 0);
    TcpClient first{live.port};
    first.send(request(play));
    REQUIRE(live.attached(1));
    TcpClient second{live.port};
    second.send(request(play));
    REQUIRE(live.attached(2));
    const com::ClientConnections object{com::snapshot_of(*live)};
    com::ClientProperties properties;
    CHECK(object.get_client_properties(1, &properties) == Hresult::s_ok);
    CHECK(properties.ip_address == 0x7F000001);
    CHECK(properties.port == second.port());
    char16_t address[64]{};
    char16_t port[16]{};
    char16_t name[64]{};
    std::uint32_t lengths[3] = {64, 16, 64};
    CHECK(object.get_client_info(0, address, &lengths[0], port, &lengths[1], name, &lengths[2])
          == Hresult::s_ok);
    CHECK(std::u16string{address} == u"127.0.0.1");
    CHECK(lengths[0] == 10);
    CHECK(lengths[2] == 1);
    first.close();
    REQUIRE(live.attached(1));
    CHECK(com::ClientConnections{com::snapshot_of(*live)}.get_client_properties(0, &properties)
          == Hresult::s_ok);
    CHECK(properties.port == second.port());
    CHECK(object.get_client_properties(2, &properties) == Hresult::ns_e_invalid_client);
}

TEST_CASE("sink/network_sink: observers hear who comes, goes and is refused, and may ask the sink meanwhile")
{
    struct Observer final : timeline::ClientObserver {
        NetworkSink* sink = nullptr;
        std::mutex mutex;
        std::vector<std::string> told;

        void tell(const std::string& what)
        {
            const std::size_t clients = com::snapshot_of(*sink).clients.size();
            const std::lock_guard lock{mutex};
            told.push_back(what + " " + std::to_string(clients));
        }

        void connected(const timeline::Client&, Timestamp) override { tell("connected"); }

        void disconnected(const timeline::Client&, const timeline::Detach& detach, const timeline::LiveState&,
                          Timestamp) override
        {
            tell(std::string{timeline::to_string(detach.reason)});
        }

        void refused(const timeline::Refusal& refusal, Timestamp) override
        {
            tell("refused " + std::to_string(refusal.status));
        }
    };

    Observer observer;
    Live live{{}, false};
    live->set_maximum_clients(1);
    live->on_header(header());
    observer.sink = &*live;
    live->advise(observer);
    TcpClient client{live.port};
    client.send(request(play));
    REQUIRE(live.attached(1));
    CHECK(status(ask(live, request(play))) == 503);
    client.close(true);
    REQUIRE(live.attached(0));
    live->unadvise(observer);
    CHECK(status(ask(live, request(play)).substr(0, 20)) == 200);
    // The count has the client in its connect, and no longer in its disconnect (com-interfaces, 3.4).
    CHECK(observer.told == std::vector<std::string>{"connected 1", "refused 503 1", "client_rst 0"});
}

// What the calls give, other tests know. This one is for ThreadSanitizer (tests/run --preset tsan).
TEST_CASE("sink/network_sink: all calls may come from any thread")
{
    Live live;
    std::atomic<bool> over = false;
    std::vector<std::thread> threads;
    const auto repeat = [&](const std::function<void(std::uint32_t)>& calls) {
        threads.emplace_back([&over, calls] {
            for (std::uint32_t i = 0; !over; ++i) {
                calls(i);
                std::this_thread::sleep_for(1ms);
            }
        });
    };
    repeat([&](std::uint32_t i) { live->on_data_unit(packet(i, true)); });
    repeat([&](std::uint32_t i) { live->on_data_unit(packet(i, i % 10 == 0)); });
    repeat([&](std::uint32_t i) { i % 10 == 0 ? live->on_end_writing() : live->on_header(header()); });
    repeat([&](std::uint32_t i) {
        timeline::ClientObserver observer;
        live->advise(observer);
        live->set_maximum_clients(i % 2);
        live->add_access_entry(AccessKind::include, *parse_cidr("127.0.0.1"));
        live->remove_access_entry(AccessKind::include, 0);
        live->unadvise(observer);
    });
    std::size_t asked = 0;
    repeat([&](std::uint32_t) {
        std::string url;
        live->host_url(url);
        asked += 1 + com::snapshot_of(*live).clients.size() + live->clients().size()
                 + live->statistics().plays + live->maximum_clients()
                 + live->access_entries(AccessKind::include).size();
    });
    std::size_t replies = 0;
    for (int i = 0; i < 20; ++i) {
        TcpClient client{live.port};
        client.send(request(play));
        replies += status(client.read_until("\r\n\r\n", 1s)) != 0;
    }
    over = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(replies == 20);
    CHECK(asked > 0);
    CHECK(live->close() == Hresult::s_ok);
}

TEST_CASE("sink/network_sink: what is refused, and how")
{
    struct Case {
        const char* what;
        std::string text;
        int status;
        bool play;
    };

    Live live;
    live->add_access_entry(AccessKind::exclude, *parse_cidr("10.0.0.0/8"));
    const std::vector<Case> cases{
        {"a browser", request("", "GET / HTTP/1.1", "Mozilla/5.0"), 400, false},
        {"a player's first try", request("", "GET / HTTP/1.0", "Windows-Media-Player/9.0"), 400, false},
        {"no user agent", "GET / HTTP/1.0\r\n\r\n", 400, false},
        {"another path", request(play, "GET /live HTTP/1.0"), 404, true},
        {"HEAD", request("", "HEAD / HTTP/1.0"), 400, false},
        {"PUT", request("", "PUT / HTTP/1.0"), 400, false},
        {"TLS", std::string{"\x16\x03\x01\x02\x00\x01", 6}, 400, false},
        {"no HTTP", "SSH-2.0-x\r\n\r\n", 400, false},
        {"RTSP", "DESCRIBE rtsp://x/ RTSP/1.0\r\nUser-Agent: WMPlayer/9\r\n\r\n", 400, false},
        {"a push", request("Content-Type: application/x-wms-pushsetup\r\n", "POST / HTTP/1.1"), 400, false},
        {"DLNA", request("GetContentFeatures.DLNA.ORG: 1\r\n"), 400, false},
        {"a body too long", "POST / HTTP/1.0\r\nContent-Length: 999999999\r\n\r\n", 400, false},
        {"a length that is none", "POST / HTTP/1.0\r\nContent-Length: -1\r\n\r\n", 400, false},
        {"a chunked request", request("Transfer-Encoding: chunked\r\n", "GET / HTTP/1.1"), 400, false},
        {"Log without client-id", request("Pragma: log-line=a b\r\n", "POST / HTTP/1.0"), 400, false},
        {"KeepAlive of a stranger",
         request("Pragma: xKeepAliveInPause=1,client-id=77\r\n", "POST / HTTP/1.0"), 400, false},
        {"PlayNextEntry", request("Pragma: xPlayNextEntry=1,client-id=77\r\n", "GET / HTTP/1.1"), 400, false},
    };
    for (const Case& refused : cases) {
        CAPTURE(refused.what);
        const std::size_t before = live.lines("refused").size();
        const std::string reply = ask(live, refused.text);
        CHECK(status(reply) == refused.status);
        CHECK(reply.find("\r\nServer: Rex/12.0.7601.17514\r\nCache-Control: no-cache\r\nPragma: "
                         "no-cache\r\nPragma: client-id=")
              != std::string::npos);
        CHECK(live.lines("refused").size() == before + (refused.play ? 1 : 0));
    }
    const std::size_t refusals = live.lines("refused").size();
    CHECK(status(ask(live, request("Pragma: log-line=a\r\n", "POST / HTTP/1.0", "NSServer/4.1"))) == 400);
    CHECK(live.lines("refused").size() == refusals); // an old server's Log is no Play
    CHECK(status(ask(live, request("Pragma: client-id=5\r\n", "OPTIONS * HTTP/1.1"))) == 200);
}

TEST_CASE("sink/network_sink: refused by the lists, by a full sink, before the stream and after it")
{
    Live live{{}, false};
    CHECK(status(ask(live, request(play))) == 404);
    CHECK(status(ask(live, request(""))) == 404);
    live->set_maximum_clients(0);
    live->on_header(header());
    CHECK(status(ask(live, request(play))) == 503);
    CHECK(status(ask(live, request(""))) == 200); // a Describe is no client
    live->add_access_entry(AccessKind::exclude, *parse_cidr("127.0.0.0/8"));
    CHECK(status(ask(live, request(""))) == 403);
    CHECK(live->remove_access_entry(AccessKind::exclude, 0) == Hresult::s_ok);
    live->on_end_writing();
    CHECK(status(ask(live, request(""))) == 404);
    std::vector<int> statuses;
    for (const Json& line : live.lines("refused")) {
        statuses.push_back(line["status"]);
    }
    CHECK(statuses == std::vector<int>{404, 503});
}

TEST_CASE("sink/network_sink: a refusal can be a closed connection")
{
    Live live{[](SinkOptions& options) { options.refuse_with = RefuseWith::close; }};
    CHECK(ask(live, request("", "GET / HTTP/1.0", "Mozilla/5.0")).empty());
    live->add_access_entry(AccessKind::exclude, *parse_cidr("127.0.0.1"));
    CHECK(ask(live, request(play)).empty());
    CHECK(ask(live, "").empty()); // at once, without a request
}

TEST_CASE("sink/network_sink: sessions: an unknown client-id, and one that streams already")
{
    Live live;
    const std::string describe = ask(live, request("Pragma: client-id=4711\r\n"));
    CHECK(describe.find("\r\nPragma: xResetStrm=1\r\n") != std::string::npos);
    CHECK(client_id(describe) != "4711");
    const std::string mine = "Pragma: client-id=" + client_id(describe) + "\r\n";
    TcpClient client{live.port};
    client.send(request(mine + std::string{play}));
    const std::string reply = client.read_until("\r\n\r\n");
    CHECK(client_id(reply) == client_id(describe));
    CHECK(reply.find("xResetStrm") == std::string::npos);
    REQUIRE(live.attached(1));
    CHECK(status(ask(live, request(mine + std::string{play}))) == 400);
    CHECK(status(ask(live, request(mine))) == 400);
    client.close();
    REQUIRE(live.attached(0));
    TcpClient again{live.port};
    again.send(request(mine + std::string{play}));
    CHECK(status(again.read_until("\r\n\r\n")) == 200);
    const auto plays = live.lines("play");
    REQUIRE(plays.size() == 2);
    CHECK(plays[0]["describe_certainty"] == "client_id");
}

TEST_CASE("sink/network_sink: an old player that comes with an unknown client-id gets two headers")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request("Pragma: xPlayStrm=1,request-context=2,client-id=4711\r\n", "GET / HTTP/1.0",
                        "NSPlayer/4.1.0.3856"));
    client.read_until("\r\n\r\n");
    CHECK(read_data(client, 1).ids() == "HECHD");
}

TEST_CASE("sink/network_sink: an old distribution server streams without saying so")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send("GET / HTTP/1.0\r\nUser-Agent: NSServer/foobar\r\n\r\n");
    CHECK(client.read_until("\r\n\r\n").find("application/x-mms-framed") != std::string::npos);
    CHECK(read_data(client, 1).ids() == "HD");
    CHECK(ask(live, request("", "GET / HTTP/1.0", "NSServer/9.0.0.3171")).find("wms-hdr.asfv1")
          != std::string::npos);
}

TEST_CASE("sink/network_sink: a chunked Play, a SelectStream and a Stop on one connection")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request("Pragma: xPlayStrm=1\r\nPragma: version11-enabled=1\r\n"
                        "Pragma: stream-switch-count=2\r\nPragma: stream-switch-entry=ffff:1:0 ffff:2:0\r\n",
                        "GET / HTTP/1.1"));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("HTTP/1.1 200 OK\r\n") == 0);
    CHECK(head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
    const std::string mine = "Pragma: client-id=" + client_id(head) + "\r\n";
    REQUIRE(live.attached(1));

    // A KeepAlive waits; a SelectStream ends the body, and both are answered.
    client.send(request(mine + "Pragma: xKeepAliveInPause=1\r\n", "POST / HTTP/1.1"));
    client.send(request(mine + "Pragma: stream-switch-count=1\r\nPragma: stream-switch-entry=2:ffff:2\r\n",
                        "GET / HTTP/1.1"));
    std::string text = client.read_until("0\r\n\r\nHTTP/1.0 200 OK\r\n");
    CHECK(text.find("0\r\n\r\nHTTP/1.0 200 OK\r\n") != std::string::npos);
    CHECK(client.read_until("HTTP/1.1 200 OK\r\n").find("Content-Length: 0") != std::string::npos);
    client.read_until("\r\n\r\n");
    live.stream(1, 3);
    const std::string chunk = client.read_until("\r\n", 2s);
    const std::size_t size = std::stoul(chunk, nullptr, 16);
    const Frames frames{client.read(size)};
    REQUIRE(!frames.all.empty());
    CHECK(frames.all[0].location_id == 1);
    asf::DataPacket parsed;
    REQUIRE(asf::parse_data_packet(as_bytes(frames.payloads[0]), parsed));
    REQUIRE(parsed.payloads.size() == 1);
    CHECK(parsed.payloads[0].stream == 1);

    client.send(request(mine + "Pragma: xStopStrm=1\r\n", "POST / HTTP/1.1"));
    CHECK(client.read_until("0\r\n\r\n").find("0\r\n\r\n") != std::string::npos);
    CHECK(client.read_until("\r\n\r\n").find("Content-Length: 0") != std::string::npos);
    REQUIRE(live.attached(0));
    REQUIRE(live.lines("client_disconnect").size() == 1);
    CHECK(live.lines("client_disconnect")[0]["reason"] == "stop");

    client.send(request(mine + "Pragma: xPlayStrm=1, version11-enabled=1\r\n", "GET / HTTP/1.1"));
    CHECK(client.read_until("\r\n\r\n").find("chunked") != std::string::npos);
    REQUIRE(live.attached(1));
    live->on_end_writing();
    CHECK(client.read_until("\r\n0\r\n\r\n").find("$E") != std::string::npos);
    CHECK(live.lines("play").size() == 2);
    CHECK(live.lines("play")[1]["ordinal"] == 1);
}

TEST_CASE("sink/network_sink: a SelectStream on another connection")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request(play));
    const std::string mine = "Pragma: client-id=" + client_id(client.read_until("\r\n\r\n")) + "\r\n";
    read_data(client, 1);
    const std::string reply =
        ask(live, request(mine + "Pragma: stream-switch-entry=1:ffff:2 ffff:2:1\r\n", "POST / HTTP/1.0"));
    CHECK(status(reply) == 200);
    live.stream(1, 12); // of these only 10 has a key frame
    const Frames frames = read_data(client, 1);
    REQUIRE(frames.ids() == "D");
    asf::DataPacket parsed;
    REQUIRE(asf::parse_data_packet(as_bytes(frames.payloads[0]), parsed));
    CHECK(parsed.send_time == 400);
    REQUIRE(parsed.payloads.size() == 1);
    CHECK(parsed.payloads[0].stream == 2);
    CHECK(frames.all[0].location_id == 1); // what was not selected is no loss
}

TEST_CASE("sink/network_sink: both forms of the Log end in the event log")
{
    Live live;
    const std::string mine = "Pragma: client-id=" + client_id(ask(live, request(""))) + "\r\n";
    CHECK(status(ask(live, request(mine + "Content-Type: application/x-wms-LogStats;charset=UTF-8\r\n",
                                   "POST / HTTP/1.0", player,
                                   "<XML><c-rate>1</c-rate><c-buffercount>3</c-buffercount></XML>")))
          == 204);
    CHECK(status(ask(live, request(mine + "Pragma: log-line=0.0.0.0 2003-09-27 00:27:24 - /\r\n",
                                   "POST / HTTP/1.0")))
          == 204);
    const auto logs = live.lines("player_log");
    REQUIRE(logs.size() == 2);
    CHECK(logs[0]["fields"]["c-buffercount"] == "3");
    CHECK(logs[1]["fields"]["time"] == "00:27:24");
    CHECK(logs[0]["client_id"] == logs[1]["client_id"]);
}

TEST_CASE("sink/network_sink: a new header in the stream is $C and $H, and numbers begin anew")
{
    Live live;
    live.stream(0, 3);
    TcpClient client{live.port};
    client.send(request(play));
    client.read_until("\r\n\r\n");
    read_data(client, 3);
    live->on_header(header());
    live.stream(7, 12); // 10 has the key frame
    const Frames frames = read_data(client, 2);
    CHECK(frames.ids() == "CHDD");
    CHECK(frames.all[2].location_id == 0);
    CHECK(frames.all[2].af_flags == 3);
    TcpClient late{live.port};
    late.send(request(play));
    late.read_until("\r\n\r\n");
    CHECK(read_data(late, 2).ids() == "HDD");
}

TEST_CASE("sink/network_sink: a slow client loses whole packets up to a key frame, and nobody else does")
{
    Live live{[](SinkOptions& options) {
        options.queue_bytes = 512U << 10;
        options.send_buffer = 4096;
        options.queue = 3600s;
    }};
    TcpClient slow{live.port, "127.0.0.1", 4096};
    slow.send(request(play));
    TcpClient quick{live.port};
    quick.send(request(play));
    REQUIRE(live.attached(2));
    constexpr std::uint32_t packets = 3000;
    std::thread reader;
    std::string all;
    reader = std::thread{[&] { all = quick.read_all(20s); }};
    // No faster than the quick one takes it: on a busy machine it would fall behind as well.
    const auto stream = [&](std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t i = from; i < to; i += 50) {
            live.stream(i, i + 50, 900);
            CHECK(Live::eventually([&] {
                const auto clients = live->clients();
                return std::any_of(clients.begin(), clients.end(), [&](const ClientStatus& client) {
                    return client.endpoint.port == quick.port() && client.behind_ms == 0;
                });
            }));
        }
    };
    stream(0, packets);
    std::string slow_text = slow.read(100'000);
    stream(packets, packets + 200);
    slow_text += slow.read(400'000, 500ms);
    live->on_end_writing();
    slow_text += slow.read_all(20s);
    reader.join();
    const Frames good{all.substr(all.find("\r\n\r\n") + 4)};
    CHECK(good.ids() == "H" + std::string(packets + 200, 'D') + "E");

    const Frames bad{slow_text.substr(slow_text.find("\r\n\r\n") + 4)};
    CHECK(bad.lost == 0);
    REQUIRE(bad.all.size() > 2);
    CHECK(bad.all.back().id == 'E');
    std::uint64_t lost = 0;
    std::uint32_t data = 0;
    for (std::size_t i = 2; i < bad.all.size() && bad.all[i].id == 'D'; ++i) {
        const std::uint32_t step = bad.all[i].location_id - bad.all[i - 1].location_id;
        REQUIRE(step >= 1);
        lost += step - 1;
        ++data;
        CHECK(bad.all[i].af_flags == static_cast<std::uint8_t>(bad.all[i - 1].af_flags + 1));
        if (step > 1) {
            asf::DataPacket parsed;
            REQUIRE(asf::parse_data_packet(as_bytes(bad.payloads[i]), parsed));
            CHECK(parsed.payloads.back().key_frame);
        }
    }
    CHECK(lost > 0);
    const Statistics statistics = live->statistics();
    CHECK(statistics.packets_dropped >= lost);
    const auto ended = live.lines("client_disconnect");
    REQUIRE(ended.size() == 2);
}

TEST_CASE("sink/network_sink: nobody loses what came while the sink had no time for anybody")
{
    Live live{[](SinkOptions& options) { options.queue = 1s; }};
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request(play));
    REQUIRE(live.attached(1));
    constexpr std::uint32_t packets = 200; // of 40 ms each
    live->inspect(
        [&](const timeline::ClientTimeline&, bool) { std::thread{[&] { live.stream(1, packets); }}.join(); });
    client.read_until("\r\n\r\n");
    const Frames frames = read_data(client, packets);
    CHECK(frames.ids() == "H" + std::string(packets, 'D'));
    client.close();
    REQUIRE(live.attached(0));
    CHECK(live.lines("client_disconnect")[0]["lost_packets"] == 0);
}

TEST_CASE(
    "sink/network_sink: a client from before the first packet that falls behind at once gets no new header")
{
    Live live{[](SinkOptions& options) {
        options.coalesce = 300ms;
        options.queue = 1s;
    }};
    TcpClient client{live.port};
    client.send(request(play));
    REQUIRE(live.attached(1));
    // Four seconds at a time, on the thread that sends: the queue has the last one when it is looked at
    // first.
    live->inspect([&](const timeline::ClientTimeline&, bool) { live.stream(0, 101); });
    client.read_until("\r\n\r\n");
    const Frames frames = read_data(client, 1);
    CHECK(frames.ids() == "HD");
    CHECK(live->statistics().packets_dropped == 100);
}

TEST_CASE("sink/network_sink: a client that takes nothing is cut, with that reason")
{
    Live live{[](SinkOptions& options) {
        options.stall_timeout = 300ms;
        options.send_buffer = 4096;
        options.queue = 60s; // of the stream's time: what follows is 20 s of it
    }};
    TcpClient client{live.port, "127.0.0.1", 4096};
    client.send(request(play));
    REQUIRE(live.attached(1));
    live.stream(0, 500, 900);
    REQUIRE(live.attached(0));
    REQUIRE(live.lines("client_disconnect").size() == 1);
    CHECK(live.lines("client_disconnect")[0]["reason"] == "stalled");
    CHECK(live->statistics().clients_stalled == 1);
}

TEST_CASE("sink/network_sink: slow and endless heads end after the time for a request")
{
    Live live{[](SinkOptions& options) { options.request_timeout = 300ms; }};
    TcpClient silent{live.port};
    TcpClient slow{live.port};
    slow.send("GET / HT");
    CHECK(silent.read_all(3s).empty());
    CHECK(silent.ended());
    CHECK(slow.read_all(3s).empty());
    CHECK(slow.ended());
    CHECK(live->statistics().requests_timed_out == 2);
    TcpClient endless{live.port};
    endless.send("GET / HTTP/1.0\r\n");
    for (int i = 0; i < 300; ++i) {
        endless.send("X-Filler: " + std::string(90, 'x') + "\r\n");
    }
    CHECK(status(endless.read_until("\r\n\r\n")) == 400);
}

TEST_CASE("sink/network_sink: between requests a connection has the time of a session, and no more")
{
    Live live{[](SinkOptions& options) {
        options.request_timeout = 200ms;
        options.session_timeout = 2s;
    }};
    TcpClient client{live.port};
    for (int i = 0; i < 2; ++i) {
        client.send("GET / HTTP/1.1\r\nUser-Agent: NSPlayer/9.0\r\nConnection: Keep-Alive\r\n\r\n");
        REQUIRE(status(client.read_until("\r\n\r\n")) == 200);
        client.read_all(400ms); // the header; more than the time for a request
        REQUIRE_FALSE(client.ended());
    }
    client.read_all(10s);
    CHECK(client.ended());
    CHECK(live->statistics().requests_timed_out == 1);
}

TEST_CASE("sink/network_sink: a head ends where it ends, in whatever pieces it comes")
{
    Live live;
    for (const std::string_view end : {"\r\n\r\n", "\n\n", "\n\r\n"}) {
        for (std::size_t cut = 1; cut <= end.size(); ++cut) {
            TcpClient client{live.port};
            client.send("GET / HTTP/1.0\r\nUser-Agent: NSPlayer/9.0"
                        + std::string{end.substr(0, end.size() - cut)});
            std::this_thread::sleep_for(20ms);
            client.send(end.substr(end.size() - cut));
            CHECK(status(client.read_until("\r\n\r\n", 1s)) == 200);
        }
    }
}

TEST_CASE("sink/network_sink: who does not take the replies is not answered further, until it does")
{
    Live live{[](SinkOptions& options) { options.send_buffer = 4096; }, false};
    REQUIRE(live->on_header(long_header(100'000)) == Hresult::s_ok);
    constexpr std::size_t asked = 40;
    std::string all;
    for (std::size_t i = 0; i < asked; ++i) {
        all += request("", "GET / HTTP/1.1");
    }
    TcpClient client{live.port, "127.0.0.1", 4096};
    client.send(all);
    REQUIRE(Live::eventually([&] { return live->statistics().requests != 0; }));
    std::this_thread::sleep_for(200ms);
    CHECK(live->statistics().requests < 5);
    for (std::size_t i = 0; i < asked; ++i) {
        const std::string head = client.read_until("\r\n\r\n");
        REQUIRE(status(head) == 200);
        const std::size_t length = head.find("Content-Length: ");
        REQUIRE(length != std::string::npos);
        client.read(std::stoul(head.substr(length + 16)));
    }
    CHECK(live->statistics().requests == asked);
}

TEST_CASE("sink/network_sink: requests that are not whole take so much memory in all, and usual ones find "
          "room still")
{
    constexpr std::size_t body = 20'000;
    Live live{[](SinkOptions& options) { options.request_bytes = 3 * body + usual_request; }};
    std::vector<std::unique_ptr<TcpClient>> clients;
    const auto one_more = [&](std::size_t less) {
        clients.push_back(std::make_unique<TcpClient>(live.port));
        std::string text = request("", "POST / HTTP/1.1", player, std::string(body, 'x'));
        text.resize(text.size() - less);
        clients.back()->send(text);
    };
    for (int i = 0; i < 3; ++i) {
        one_more(1);
    }
    CHECK(clients.back()->read(1, 300ms).empty());
    CHECK(!clients.back()->ended());
    one_more(1);
    CHECK(clients.back()->read(1, 3s).empty());
    CHECK(clients.back()->ended());
    CHECK(status(ask(live, request(""))) == 200);
    for (int i = 0; i < 3; ++i) { // what one held is free again, whether it ends or is served
        clients[static_cast<std::size_t>(i)]->send("x");
        CHECK(status(clients[static_cast<std::size_t>(i)]->read_until("\r\n\r\n")) == 400);
    }
    one_more(1);
    CHECK(clients.back()->read(1, 300ms).empty());
    CHECK(!clients.back()->ended());
}

TEST_CASE("sink/network_sink: what is no request is refused once, behind the stream of its connection")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request("Pragma: xPlayStrm=1, version11-enabled=1\r\n", "GET / HTTP/1.1"));
    const std::string mine = "Pragma: client-id=" + client_id(client.read_until("\r\n\r\n")) + "\r\n";
    REQUIRE(live.attached(1));
    client.send(std::string(2000, '\1'));
    REQUIRE(Live::eventually([&] { return live->statistics().requests_refused == 1; }));
    client.send(request(mine + "Pragma: xStopStrm=1\r\n", "POST / HTTP/1.1"));
    CHECK(client.read_until("0\r\n\r\nHTTP/1.0 ").find("\r\n0\r\n\r\n") != std::string::npos);
    CHECK(client.read_until("\r\n\r\n").find("400 ") == 0);
    CHECK(status(client.read_until("\r\n\r\n")) == 200);
    CHECK(live->statistics().requests_refused == 1);
}

TEST_CASE("sink/network_sink: who sends on and on what nobody asked for is cut")
{
    Live live;
    live.stream(0, 1);
    const auto cut = [&](std::string_view first, const std::string& more, int times) {
        TcpClient client{live.port};
        client.send(first);
        client.read_until("\r\n\r\n");
        for (int i = 0; i < times && !client.ended(); ++i) {
            client.send(more);
            client.read(1 << 20, 1ms);
        }
        client.read_all(3s);
        return client.ended();
    };
    // A mebibyte behind a Play, and 64 KiB of replies that wait for the end of a chunked one.
    CHECK(cut(request(play), std::string(65536, 'x'), 17));
    CHECK(cut(request("Pragma: xPlayStrm=1, version11-enabled=1\r\n", "GET / HTTP/1.1"),
              request("Pragma: client-id=1\r\n", "OPTIONS * HTTP/1.1"), 400));
    REQUIRE(live.attached(0));
    REQUIRE(live.lines("client_disconnect").size() == 2);
    CHECK(live.lines("client_disconnect")[0]["reason"] == "server_rst");
    CHECK(live.lines("client_disconnect")[1]["reason"] == "server_rst");
}

TEST_CASE("sink/network_sink: who does not close is not waited for")
{
    Live live;
    TcpClient client{live.port};
    client.send(request("", "PUT / HTTP/1.0"));
    CHECK(status(client.read_all(1s)) == 400);
    CHECK(live.lines("connection_close").empty());
    CHECK(Live::eventually([&] { return live.lines("connection_close").size() == 1; }));
}

TEST_CASE("sink/network_sink: of what a client says of itself a kilobyte is kept and logged")
{
    Live live;
    const std::string agent = "NSPlayer/9.0 " + std::string(7000, 'x');
    ask(live, request("", ("GET /?" + std::string(7000, 'y') + " HTTP/1.0").c_str(), agent.c_str()));
    ask(live, request(play, "GET /wrong HTTP/1.0", agent.c_str()));
    const auto size = [](const Json& text) { return text.get<std::string>().size(); };
    REQUIRE(live.lines("request").size() == 2);
    CHECK(size(live.lines("request")[0]["user_agent"]) == 1024);
    CHECK(size(live.lines("request")[0]["target"]) == 1024);
    REQUIRE(live.lines("refused").size() == 1);
    CHECK(size(live.lines("refused")[0]["user_agent"]) == 1024);
}

TEST_CASE("sink/network_sink: more connections than allowed are closed at once, and the next can come")
{
    Live live{[](SinkOptions& options) { options.connections = 3; }};
    std::vector<std::unique_ptr<TcpClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<TcpClient>(live.port));
    }
    REQUIRE(Live::eventually([&] { return live->statistics().connections == 3; }));
    TcpClient extra{live.port};
    CHECK(extra.read_all(3s).empty());
    CHECK(extra.ended());
    clients.clear();
    CHECK(Live::eventually([&] { return status(ask(live, request(""))) == 200; }));
}

TEST_CASE("sink/network_sink: a FIN that comes with the Play does not end it")
{
    Live live;
    live.stream(0, 1);
    TcpClient client{live.port};
    client.send(request(play));
    client.close_output();
    client.read_until("\r\n\r\n");
    CHECK(read_data(client, 1).ids() == "HD");
}

TEST_CASE("sink/network_sink: disconnect and close say so in the log, and the log reads back")
{
    std::vector<std::string> log;
    std::uint16_t port = 0;
    {
        Live live;
        TcpClient first{live.port};
        first.send(request(play));
        REQUIRE(live.attached(1));
        CHECK(live->disconnect() == Hresult::s_ok);
        first.read_all();
        CHECK(first.ended());
        TcpClient second{live.port}; // the port is still open
        second.send(request(play));
        port = second.port();
        REQUIRE(live.attached(1));
        CHECK(live->close() == Hresult::s_ok);
        CHECK_FALSE(TcpClient{live.port}.connected());
        const auto ended = live.lines("client_disconnect");
        REQUIRE(ended.size() == 2);
        CHECK(ended[0]["reason"] == "disconnect");
        CHECK(ended[1]["reason"] == "close");
        CHECK(live.lines("sink_close").size() == 1);
        log = live.log();
    }
    for (const timeline::AttachOn attach_on :
         {timeline::AttachOn::play, timeline::AttachOn::accept, timeline::AttachOn::request}) {
        Caps caps;
        timeline::ClientTimeline timeline{{attach_on, timeline::DetachOn::end_of_stream}, caps};
        timeline::EventLogReader reader{timeline};
        for (const std::string& line : log) {
            CHECK(reader.line(line));
        }
        REQUIRE(timeline.clients().size() == 2);
        CHECK(timeline.clients()[1].endpoint.port == port);
        CHECK(timeline.detach_of(timeline.clients()[1]).reason == timeline::EndReason::close);
        CHECK(timeline.text(timeline.clients()[1].user_agent) == player);
    }
}

TEST_CASE("sink/network_sink: what the query methods say can be put into the log, and reads back")
{
    Live live;
    TcpClient client{live.port};
    client.send(request(play));
    REQUIRE(live.attached(1));
    com::log_snapshot(*live);

    struct Taken final : timeline::EventListener {
        using EventListener::on;

        std::vector<timeline::SnapshotTaken> all;

        void on(const timeline::SnapshotTaken& event) override { all.push_back(event); }
    };

    Taken taken;
    timeline::EventLogReader reader{taken};
    for (const std::string& line : live.log()) {
        CHECK(reader.line(line));
    }
    REQUIRE(taken.all.size() == 1);
    CHECK(taken.all[0].port == live.port);
    CHECK(taken.all[0].count_result == Hresult::s_ok);
    CHECK(taken.all[0].count == 1);
    REQUIRE(taken.all[0].clients.size() == 1);
    CHECK(taken.all[0].clients == com::answers_of(com::snapshot_of(*live)).clients);
    CHECK(taken.all[0].clients[0].port == client.port());
    CHECK(taken.all[0].clients[0].dns_name.empty());
}

TEST_CASE("sink/network_sink: IPv4 and IPv6 clients of one listener are one sink")
{
    Live live{[](SinkOptions& options) { options.bind.reset(); }};
    TcpClient four{live.port};
    TcpClient six{live.port, "::1"};
    if (!six.connected()) {
        MESSAGE("skipped: this machine has no IPv6 loopback");
        return;
    }
    four.send(request(play));
    REQUIRE(live.attached(1));
    six.send(request(play));
    REQUIRE(live.attached(2));
    const com::Snapshot snapshot = com::snapshot_of(*live);
    CHECK(to_string(snapshot.clients[0].endpoint.address) == "127.0.0.1");
    CHECK(to_string(snapshot.clients[1].endpoint.address) == "::1");
}

TEST_CASE("sink/network_sink: garbage of all kinds leaves the sink as it was")
{
    Live live{[](SinkOptions& options) { options.request_timeout = 500ms; }};
    std::uint32_t seed = 12345;
    const auto next = [&] { return seed = seed * 1664525 + 1013904223; };
    const std::string good = request(play, "GET / HTTP/1.1");
    for (int i = 0; i < 300; ++i) {
        std::string text = good;
        for (std::uint32_t change = 0; change < next() % 8 + 1; ++change) {
            const std::size_t at = next() % text.size();
            switch (next() % 3) {
            case 0:
                text[at] = static_cast<char>(next() >> 16);
                break;
            case 1:
                text.erase(at, next() % 5);
                break;
            default:
                text.insert(at, std::string(next() % 40, static_cast<char>(next() >> 16)));
            }
        }
        TcpClient client{live.port};
        client.send(text);
        if (next() % 2 == 0) {
            client.read(20, 5ms);
        }
        client.close(next() % 2 == 0);
    }
    REQUIRE(live.attached(0));
    CHECK(status(ask(live, request(""))) == 200);
    for (const std::string& line : live.log()) {
        CHECK(Json::accept(line));
    }
}

} // namespace test_sink_network_sink
