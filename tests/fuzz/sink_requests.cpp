#include <wmclients/sink/server.hpp>

#include <fuzz/targets.hpp>
#include <fuzz/told.hpp>
#include <support/asf_builder.hpp>
#include <support/tcp_client.hpp>

#include <array>
#include <memory>
#include <string>

// What clients send to a sink, over loopback, on up to four connections at once.
//
// Input: flags (1: refuse by closing, 2: any path, 4: one client at most, 8: an access list that denies),
// then for each step a byte (kind in the high four bits, connection in the low two), and for some kinds a
// length (two bytes, little-endian) and bytes. Claimed: every answer is HTTP, the log is one and agrees with
// the sink, and when all clients have gone, nobody is left.

namespace wmclients::fuzz {
namespace {

using namespace std::chrono_literals;

testing::AsfBytes header()
{
    using asf::StreamKind;
    const auto only =
        testing::asf_header({}, {{1, StreamKind::audio, 64'000}, {2, StreamKind::video, 300'000}});
    auto made = testing::asf_file(only, {});
    made.resize(only.size() + 50); // what a $H holds
    return made;
}

testing::AsfBytes packet(std::uint32_t number)
{
    testing::AsfPacketLayout layout;
    layout.size = 400;
    testing::AsfPayload video = testing::asf_object(2, number, number * 40, 100);
    video.key_frame = number % 3 == 0;
    return testing::asf_packet(layout, number * 40, 40,
                               {testing::asf_object(1, number, number * 40, 50), video});
}

class Bench {
  public:
    explicit Bench(std::uint8_t flags)
    {
        options_.bind = parse_address("127.0.0.1");
        options_.refuse_with = (flags & 1U) != 0 ? sink::RefuseWith::close : sink::RefuseWith::status;
        options_.paths = (flags & 2U) != 0 ? sink::Paths::any : sink::Paths::root;
        options_.coalesce = options_.coalesce_a_client = 0us;
        server_ = std::make_unique<sink::Server>(io_, options_,
                                                 [this](std::string_view line) { (log_ += line) += '\n'; });
        server_->set_maximum_clients((flags & 4U) != 0 ? 1 : 5);
        if ((flags & 8U) != 0) {
            server_->hub().access.add(sink::AccessKind::exclude, *sink::parse_cidr("127.0.0.0/8"));
        }
        require(server_->open(port_) == Hresult::s_ok, "a sink can be opened");
        static const testing::AsfBytes the_header = header();
        server_->header(the_header);
        for (; packets_ < 4; ++packets_) {
            server_->data_unit(packet(packets_));
        }
    }

    void step(ByteCursor& input)
    {
        const std::uint8_t head = input.u8();
        auto& client = clients_[head & 3U];
        switch (head >> 4U) {
        case 0:
            client.reset();
            break;
        case 1:
            if (client) {
                client->close(true);
                client.reset();
            }
            break;
        case 2:
            if (client) {
                client->close_output();
            }
            break;
        case 3:
            server_->data_unit(packet(packets_++));
            break;
        case 4:
            server_->end_writing();
            break;
        case 5:
            server_->header(header());
            break;
        case 6:
            server_->disconnect();
            break;
        default: {
            const std::size_t length = input.le16();
            send(client, as_text(input.take(std::min(length, input.remaining()))), head >> 4U == 7);
        }
        }
        io_.poll();
        read(client);
    }

    void finish()
    {
        for (auto& client : clients_) {
            client.reset();
        }
        server_->disconnect();
        io_.poll();
        require(server_->clients().empty() && server_->drained(), "nobody is left");
        const sink::Statistics& counted = server_->hub().statistics;
        require(counted.requests >= counted.plays, "a Play is a request");
        require(server_->close() == Hresult::s_ok, "a sink can be closed");
        io_.poll();
        server_->account.end_log();
        const Told told{{}, log_};
        require(told.timeline().clients().size() == counted.plays, "the log has every Play");
        for (const timeline::Client& client : told.timeline().clients()) {
            require(told.timeline().detach_of(client).reason != timeline::EndReason::none, "and its end");
        }
        told.render();
        server_.reset();
    }

  private:
    void send(std::unique_ptr<testing::TcpClient>& client, std::string_view text, bool bytewise)
    {
        if (!client) {
            client = std::make_unique<testing::TcpClient>(port_);
            replied_[static_cast<std::size_t>(&client - clients_.data())] = false;
        }
        if (!bytewise) {
            client->send(text);
            return;
        }
        for (std::size_t i = 0; i < text.size(); ++i) {
            client->send(text.substr(i, 1));
            io_.poll();
        }
    }

    /// Takes what has come. The first bytes of a connection are those of an answer.
    void read(std::unique_ptr<testing::TcpClient>& client)
    {
        if (!client) {
            return;
        }
        const std::string got = client->read(SIZE_MAX, 0ms);
        bool& replied = replied_[static_cast<std::size_t>(&client - clients_.data())];
        require(replied || got.empty() || got.substr(0, 7) == "HTTP/1.", "an answer is HTTP");
        replied = replied || !got.empty();
    }

    asio::io_context io_;
    sink::SinkOptions options_;
    std::string log_;
    std::unique_ptr<sink::Server> server_;
    std::array<std::unique_ptr<testing::TcpClient>, 4> clients_;
    std::array<bool, 4> replied_{};
    std::uint16_t port_ = 0;
    std::uint32_t packets_ = 0;
};

} // namespace

void sink_requests(Bytes input)
{
    ByteCursor cursor{input};
    Bench bench{cursor.u8()};
    while (cursor.remaining() != 0) {
        bench.step(cursor);
    }
    bench.finish();
}

} // namespace wmclients::fuzz
