#include "attacks/attacks.hpp"
#include "attacks/wmsp.hpp"

namespace attack {
namespace {

/// Heads that never end, a byte a segment; 60,000 bytes to a connection. Each byte is a line of its own.
void byte_heads(const char* path, std::uint64_t size)
{
    constexpr std::uint64_t a_connection = 60'000;
    Wire wire{path};
    Talk talk;
    for (std::uint64_t i = 0; i < size; ++i) {
        if (i % a_connection == 0) {
            talk = Talk{};
            talk.client = client(i / a_connection);
            wire.handshake(talk);
            wire.send(talk, true, "GET / HTTP/1.1\r\n");
        }
        wire.send(talk, true, i % 2 == 0 ? "a" : "\n");
    }
    wire.close();
}

/// One connection, and a head without an end.
void endless_head(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    wire.send(talk, true, "GET / HTTP/1.1\r\nUser-Agent: NSPlayer/");
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, true, std::string(1'400, '9'));
    }
    wire.close();
}

/// Open connections, each of which stops after `part`.
template <typename Part>
void stop_in(const char* path, std::uint64_t size, Part part)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        part(wire, talk, i);
    }
    wire.close();
}

void unfinished_heads(const char* path, std::uint64_t size)
{
    static const std::string part = "GET / HTTP/1.1\r\nUser-Agent: NSPlayer/" + std::string(60'000, '9');
    stop_in(path, size, [](Wire& wire, Talk& talk, std::uint64_t) { wire.send(talk, true, part); });
}

void unfinished_packets(const char* path, std::uint64_t size)
{
    static const std::string part =
        reply() + dollar('H', 0, asf_header()) + dollar('D', 0, data_packet(60'000, 0)).substr(0, 59'000);
    stop_in(path, size, [](Wire& wire, Talk& talk, std::uint64_t) {
        wire.send(talk, true, play());
        wire.send(talk, false, part);
    });
}

void unfinished_asf(const char* path, std::uint64_t size)
{
    static const std::string part = [] {
        AsfOptions options;
        options.more = object(padding_object, std::string(250'000, '\0'));
        const std::string header = asf_header(options);
        std::string out;
        for (std::size_t at = 0; at + 60'000 < header.size(); at += 60'000) {
            out += dollar('H', 0, std::string_view{header}.substr(at, 60'000), at == 0 ? 4 : 2);
        }
        return out;
    }();
    stop_in(path, size, [](Wire& wire, Talk& talk, std::uint64_t) {
        wire.send(talk, true, play());
        wire.send(talk, false, reply() + part);
    });
}

/// Sixty requests without an answer on each of many connections, each with texts of its own.
void unanswered(const char* path, std::uint64_t size)
{
    stop_in(path, size, [](Wire& wire, Talk& talk, std::uint64_t number) {
        std::string requests;
        for (std::uint64_t k = 0; k < 60; ++k) {
            requests += play("Via: " + number_text(number * 60 + k, 1'000) + "\r\n");
        }
        wire.send(talk, true, requests);
    });
}

/// Plays on one connection, one after the other without a reply.
void pipelined(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, true, play());
    }
    wire.close();
}

/// Describes with heads of 60,000 bytes that are made of `part`, and their replies.
void long_heads(const char* path, std::uint64_t size, std::string_view begin, std::string_view part)
{
    std::string more{begin};
    while (more.size() < 60'000) {
        more += part;
    }
    more += "\r\n";
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        wire.send(talk, true, play(more));
        wire.send(talk, false, reply(more) + dollar('H', 0, asf_header()) + end_of_stream());
        wire.send(talk, true, {}, ack | fin);
        wire.send(talk, false, {}, ack | fin);
        wire.send(talk, true, {}, ack);
    }
    wire.close();
}

void pragma_tokens(const char* path, std::uint64_t size)
{
    long_heads(path, size, "Pragma: a", ",a");
}

void header_lines(const char* path, std::uint64_t size)
{
    long_heads(path, size, "a:", "\r\na:");
}

void folded_lines(const char* path, std::uint64_t size)
{
    long_heads(path, size, "a:", "\n ");
}

/// A reply in chunks of one byte each.
void byte_chunks(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    wire.send(talk, true, play());
    wire.send(talk, false, reply("Transfer-Encoding: chunked\r\n"));
    const std::string body = dollar('D', 0, data_packet(256, 0));
    std::string chunks;
    for (std::uint64_t i = 0; i < size; ++i) {
        chunks += "1\r\n";
        chunks += body[i % body.size()];
        chunks += "\r\n";
        if (chunks.size() > 1'300 || i + 1 == size) {
            wire.send(talk, false, chunks);
            chunks.clear();
        }
    }
    wire.close();
}

/// A chunk's size that never ends; then what never is a chunk.
void endless_chunk_line(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    wire.send(talk, true, play());
    wire.send(talk, false, reply("Transfer-Encoding: chunked\r\n"));
    std::string almost;
    while (almost.size() < 1'390) {
        almost += "\r\n1\r\n";
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, false, i < 10 ? std::string(1'400, '1') : almost);
    }
    wire.close();
}

/// A body of packets of length 0, of all kinds.
void empty_packets(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    plays(wire, talk);
    static constexpr std::string_view kinds{"TDHMCEFPS"};
    std::string packets;
    for (std::uint64_t i = 0; i < size; ++i) {
        packets += '$';
        packets += kinds[i % kinds.size()];
        packets += std::string(2, '\0');
        if (packets.size() > 1'390 || i + 1 == size) {
            wire.send(talk, false, packets);
            packets.clear();
        }
    }
    wire.close();
}

/// A body that looks like packets at every second byte, and has none.
void false_packets(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    plays(wire, talk);
    std::string almost;
    while (almost.size() < 1'400) {
        almost += "$D";
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.send(talk, false, almost);
    }
    wire.close();
}

/// Headers that are all different, whose objects claim 2^63 bytes, have no content, or are too many.
void asf_objects(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        AsfOptions options;
        options.file_id = i + 1;
        options.objects = 0xFFFF'FFFF;
        options.header_claim = i % 3 == 0 ? std::uint64_t{1} << 63 : 0;
        options.data_claim = ~std::uint64_t{0};
        if (i % 3 == 1) {
            options.more = object(padding_object, {}, std::uint64_t{1} << 63);
        }
        while (options.more.size() < 60'000) {
            options.more += object(i % 2 == 0 ? padding_object : stream_properties, {});
        }
        const std::string header = asf_header(options);
        Talk talk;
        talk.client = client(i);
        wire.handshake(talk);
        wire.send(talk, true, play());
        wire.send(talk, false, reply() + dollar('H', 0, std::string_view{header}.substr(0, 65'000)));
        wire.send(talk, true, {}, ack | rst);
    }
    wire.close();
}

constexpr std::array attacks_on_http{
    Attack{"byte_heads", byte_heads},
    Attack{"endless_head", endless_head},
    Attack{"unfinished_heads", unfinished_heads},
    Attack{"unfinished_asf", unfinished_asf},
    Attack{"unfinished_packets", unfinished_packets},
    Attack{"unanswered", unanswered},
    Attack{"pipelined", pipelined},
    Attack{"pragma_tokens", pragma_tokens},
    Attack{"header_lines", header_lines},
    Attack{"folded_lines", folded_lines},
    Attack{"byte_chunks", byte_chunks},
    Attack{"endless_chunk_line", endless_chunk_line},
    Attack{"empty_packets", empty_packets},
    Attack{"false_packets", false_packets},
    Attack{"asf_objects", asf_objects},
};

} // namespace

std::span<const Attack> on_http()
{
    return attacks_on_http;
}

} // namespace attack
