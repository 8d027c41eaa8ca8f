#include "attacks/attacks.hpp"
#include "attacks/wmsp.hpp"

namespace attack {
namespace {

/// A short Play on a connection of its own that stays open.
void play_once(Wire& wire, Talk& talk, std::string_view more = {})
{
    wire.handshake(talk);
    plays(wire, talk, more);
}

void close_talk(Wire& wire, Talk& talk)
{
    wire.send(talk, true, {}, ack | fin);
    wire.send(talk, false, {}, ack | fin);
    wire.send(talk, true, {}, ack);
}

/// Requests of one connection and one session, each answered; `requests` are used in turn.
void exchanges(const char* path, std::uint64_t size, std::span<const std::string> requests)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    const std::string body =
        dollar('H', 0, asf_header()) + dollar('D', 0, data_packet(256, 0)) + end_of_stream();
    const std::string with_body = reply("Pragma: client-id=7\r\n" + content_length(body.size())) + body;
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, true, requests[i % requests.size()]);
        wire.send(talk, false, with_body);
    }
    wire.close();
}

/// Plays on one connection.
void plays_on_one(const char* path, std::uint64_t size)
{
    const std::array<std::string, 1> requests{play("Pragma: client-id=7\r\n")};
    exchanges(path, size, requests);
}

/// Every kind of request, one after the other in one session.
void kinds_in_one(const char* path, std::uint64_t size)
{
    const auto request = [](std::string_view start, std::string_view more) {
        return std::string{start} + " HTTP/1.1\r\nUser-Agent: NSPlayer/9.0.0.3000\r\nHost: 10.1.0.1:8080\r\n"
               + "Pragma: client-id=7\r\n" + std::string{more} + "\r\n";
    };
    const std::array<std::string, 11> requests{
        describe("Pragma: client-id=7\r\n"),
        play("Pragma: client-id=7\r\nSupported: com.microsoft.wm.srvppair\r\n"),
        request("GET /", "Pragma: xPlayNextEntry=1\r\nPragma: stream-switch-entry=ffff:1:0\r\n"),
        request("POST /", "Pragma: stream-switch-entry=ffff:1:0\r\nContent-Length: 0\r\n"),
        request("POST /", "Pragma: xKeepAliveInPause=1\r\nContent-Length: 0\r\n"),
        request("OPTIONS *", ""),
        request("POST /", "Pragma: xStopStrm=1\r\nContent-Length: 0\r\n"),
        request("POST /", "Content-Type: application/x-wms-LogStats\r\nContent-Length: 4\r\n") + "<a/>",
        request("POST /", "Content-Type: application/x-wms-sendevent\r\nContent-Length: 4\r\n") + "<a/>",
        request("POST /", "Content-Type: application/x-wms-getcontentinfo\r\nContent-Length: 0\r\n"),
        request("GET /", "Pragma: pipeline-request=1\r\n"),
    };
    exchanges(path, size, requests);
}

/// The same number of connections, tied into one session by a client-id that all send.
void one_session(const char* path, std::uint64_t size)
{
    Wire wire{path};
    const std::string body =
        dollar('H', 0, asf_header()) + dollar('D', 0, data_packet(256, 0)) + end_of_stream();
    const std::string answer = reply("Pragma: client-id=7\r\n" + content_length(body.size())) + body;
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        for (const std::string& request : {describe("Pragma: client-id=7\r\n"),
                                           play("Pragma: client-id=7\r\nAuthorization: Basic eA==\r\n")}) {
            wire.send(talk, true, request);
            wire.send(talk, false, answer);
        }
        close_talk(wire, talk);
    }
    wire.close();
}

/// A FIN far ahead of its stream, then Plays: each of them is told of the end again.
void plays_after_fin(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    wire.segment(talk.server, talk.client, talk.server_next + 60'000, talk.client_next, ack | fin);
    const std::string body = dollar('H', 0, asf_header()) + dollar('D', 0, data_packet(256, 0));
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, true, play());
        wire.send(talk, false, reply(content_length(body.size())) + body);
    }
    wire.close();
}

/// Clients of one address, to many ports of the server; they leave in the order in which they came,
/// backwards.
void one_address(const char* path, std::uint64_t size)
{
    Wire wire{path, 1};
    std::vector<Talk> talks(size);
    for (std::uint64_t i = 0; i < size; ++i) {
        talks[i].client = peer4(0x0A40'0000, static_cast<std::uint32_t>(1'024 + i % 60'000));
        talks[i].server = peer4(0x0A01'0001, static_cast<std::uint32_t>(8'000 + i / 60'000));
        play_once(wire, talks[i]);
    }
    for (std::uint64_t i = size; i-- > 0;) {
        close_talk(wire, talks[i]);
    }
    wire.close();
}

/// Every client with a connection, a User-Agent, a client-id and a GUID of its own; the texts are long.
void texts(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::string number = number_text(i, 12);
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        wire.send(talk, true,
                  "GET /" + number + std::string(900, 'p') + " HTTP/1.1\r\nUser-Agent: NSPlayer/9.0 " + number
                      + std::string(900, 'u') + "\r\nHost: " + number + std::string(900, 'h')
                      + "\r\nVia: " + number + std::string(900, 'v')
                      + "\r\nPragma: xPlayStrm=1\r\nPragma: xClientGUID={00000000-0000-4000-8000-" + number
                      + "}\r\nPragma: client-id=" + number + "\r\n\r\n");
        wire.send(talk, false,
                  reply("Pragma: client-id=" + number + "\r\n") + dollar('D', 0, data_packet(256, 0)));
        close_talk(wire, talk);
    }
    wire.close();
}

constexpr std::uint64_t murmur = 0xC6A4'A793'5BD1'E995;

std::uint64_t shift_mix(std::uint64_t value)
{
    return value ^ value >> 47;
}

/// 16 bytes, `head` in front, for which libstdc++'s std::hash is 1: its seed is a constant, and each of its
/// steps can be undone.
std::string hashes_to_one(std::string_view head)
{
    std::uint64_t inverse = murmur; // modulo 2^64, by Newton's method
    for (int i = 0; i < 6; ++i) {
        inverse *= 2 - murmur * inverse;
    }
    std::uint64_t block = 0;
    std::memcpy(&block, head.data(), 8);
    const std::uint64_t before = ((0xC70F'6907U ^ 16 * murmur) ^ shift_mix(block * murmur) * murmur) * murmur;
    const std::uint64_t wanted = shift_mix(shift_mix(1) * inverse) * inverse;
    block = shift_mix((before ^ wanted) * inverse) * inverse;
    std::string text{head.substr(0, 8)};
    text.append(reinterpret_cast<const char*>(&block), 8);
    return text;
}

/// User-Agents that a hash without a key gives one value.
void colliding_texts(const char* path, std::uint64_t size)
{
    Wire wire{path};
    std::uint64_t made = 0;
    for (std::uint64_t i = 0; made < size; ++i) {
        const std::string text = hashes_to_one(number_text(i, 8));
        if (std::hash<std::string>{}(text) != 1) {
            bench::fail("std::hash of this library is another one");
        }
        if (text.find_first_of(std::string_view{"\r\n\0 \t", 5}) != std::string::npos) {
            continue;
        }
        Talk talk;
        talk.client = client(made++);
        wire.handshake(talk);
        wire.send(talk, true, "GET / HTTP/1.1\r\nUser-Agent: " + text + "\r\nPragma: xPlayStrm=1\r\n\r\n");
        wire.send(talk, false, reply() + dollar('D', 0, data_packet(256, 0)));
        close_talk(wire, talk);
    }
    wire.close();
}

/// Servers with headers of their own, one after the other, while 20,000 connections to others are open.
void sinks(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        wire.segment(client(i), peer4(0x0A02'0001, 80), 0, 0, syn);
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        for (std::uint64_t k = 0; k < 8; ++k) {
            AsfOptions options;
            options.file_id = i * 8 + k + 1;
            Talk talk;
            talk.client = client(i * 8 + k);
            talk.server = peer4(static_cast<std::uint32_t>(0x0A01'0000 + i), 8080);
            wire.handshake(talk);
            wire.send(talk, true, play());
            wire.send(talk, false, reply() + dollar('H', 0, asf_header(options)));
            wire.send(talk, true, {}, ack | rst);
        }
    }
    wire.close();
}

/// Plays that are answered 401 and not tried again, and as many by others that are answered well.
void challenged(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i * 40'000);
        wire.handshake(talk);
        wire.send(talk, true, play());
        wire.send(talk, false,
                  "HTTP/1.1 401 Unauthorized\r\nServer: Cougar/9.01.01.3814\r\nContent-Length: 0\r\n\r\n");
        wire.send(talk, true, {}, ack | rst);
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = peer4(static_cast<std::uint32_t>(0x0B00'0000 + i), 1'024);
        play_once(wire, talk);
        wire.send(talk, true, {}, ack | rst);
    }
    wire.close();
}

/// Refused Plays, each of another client with texts of its own.
void refused(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        wire.send(talk, true,
                  "GET / HTTP/1.1\r\nUser-Agent: NSPlayer/9.0 " + number_text(i, 900)
                      + "\r\nPragma: xPlayStrm=1\r\n\r\n");
        wire.send(talk, false,
                  "HTTP/1.1 404 Not Found\r\nServer: Cougar/9.01.01.3814\r\nContent-Length: 0\r\n\r\n");
        close_talk(wire, talk);
    }
    wire.close();
}

/// Describes without identifiers and Plays that look for theirs, all of one address.
void describes(const char* path, std::uint64_t size)
{
    Wire wire{path};
    const std::string header = dollar('H', 0, asf_header());
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = peer4(0x0A40'0000, static_cast<std::uint32_t>(1'024 + i % 60'000));
        wire.handshake(talk);
        wire.send(talk, true, describe("X: " + number_text(i, 12) + "\r\n"));
        wire.send(talk, false, reply(content_length(header.size())) + header);
        wire.send(talk, true, play());
        wire.send(talk, false, reply() + header + dollar('D', 0, data_packet(256, 0)));
        wire.send(talk, true, {}, ack | rst);
    }
    wire.close();
}

/// Clients with heads of 60,000 bytes, for those who keep heads.
void kept_heads(const char* path, std::uint64_t size)
{
    const std::string more = "X: " + std::string(60'000, 'x') + "\r\n";
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        wire.send(talk, true, play(more));
        wire.send(talk, false, reply(more) + dollar('D', 0, data_packet(256, 0)));
        close_talk(wire, talk);
    }
    wire.close();
}

constexpr std::array attacks_on_clients{
    Attack{"plays_on_one", plays_on_one},
    Attack{"kinds_in_one", kinds_in_one},
    Attack{"one_session", one_session},
    Attack{"plays_after_fin", plays_after_fin},
    Attack{"one_address", one_address},
    Attack{"texts", texts},
    Attack{"colliding_texts", colliding_texts},
    Attack{"sinks", sinks},
    Attack{"challenged", challenged},
    Attack{"refused", refused},
    Attack{"describes", describes},
    Attack{"kept_heads", kept_heads},
};

} // namespace

std::span<const Attack> on_clients()
{
    return attacks_on_clients;
}

} // namespace attack
