#include <wmclients/http/message_parser.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace test_http_message_parser {

using namespace wmclients;
using http::BodyFraming;
using http::Head;
using http::MessageEnd;
using http::MessageParser;

namespace {

/// Writes down what the parser says: heads in brackets, gaps as dots, ends in braces.
struct Transcript final : http::MessageConsumer {
    explicit Transcript(MessageParser::Side which) : side(which) {}

    std::string text;
    MessageParser::Side side;
    bool to_head_request = false;
    bool take_headless = false;
    bool headless_body = false;
    int too_long = 0;
    std::vector<PacketRef> first;
    std::vector<std::uint64_t> offsets;

    BodyFraming on_head(Head head) override
    {
        const bool request = side == MessageParser::Side::requests;
        text += fmt::format("[{}{}]", request ? std::string{head.method()} : std::to_string(head.status()),
                            head.complete ? "" : " cut");
        first.push_back(head.first);
        offsets.push_back(head.offset);
        return request ? http::request_body(head) : http::response_body(head, to_head_request);
    }

    void on_body(Bytes bytes, const PacketRef&) override { text += as_text(bytes); }

    void on_body_gap(std::uint64_t length, const PacketRef&) override
    {
        text.append(static_cast<std::size_t>(length), '.');
    }

    void on_message_end(MessageEnd end, const PacketRef&) override
    {
        text += end == MessageEnd::complete ? "{complete}"
                : end == MessageEnd::closed ? "{closed}"
                                            : "{incomplete}";
    }

    bool on_headless(Bytes, const PacketRef&) override
    {
        text += "<headless>";
        return take_headless;
    }

    void on_head_too_long(const PacketRef&) override { ++too_long; }
};

struct Conversation {
    explicit Conversation(MessageParser::Side side, bool begins_with_head = true)
        : transcript(side), parser(side, begins_with_head)
    {
    }

    Conversation& data(std::string_view text)
    {
        parser.data(offset, as_bytes(text), {++number, {}, 0}, transcript, caps);
        offset += text.size();
        return *this;
    }

    Conversation& gap(std::uint64_t length)
    {
        parser.gap(length, {++number, {}, 0}, transcript);
        offset += length;
        return *this;
    }

    std::string finish()
    {
        parser.finish({++number, {}, 0}, transcript);
        return transcript.text;
    }

    Transcript transcript;
    Caps caps;
    MessageParser parser;
    std::uint64_t offset = 0;
    std::uint64_t number = 0;
};

constexpr auto requests = MessageParser::Side::requests;
constexpr auto responses = MessageParser::Side::responses;

std::string read_responses(std::string_view text)
{
    return Conversation{responses}.data(text).finish();
}

} // namespace

TEST_CASE("http/message_parser: the three endings of a body, and none")
{
    CHECK(read_responses("HTTP/1.0 200 OK\r\n\r\nall of it") == "[200]all of it{closed}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc") == "[200]abc{complete}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
          == "[200]abc{complete}");
    CHECK(read_responses("HTTP/1.1 204 No Content\r\n\r\n") == "[204]{complete}");
    CHECK(read_responses("HTTP/1.0 200 OK\r\n\r\n") == "[200]{closed}");
}

TEST_CASE("http/message_parser: bodies that end early are incomplete")
{
    CHECK(read_responses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc") == "[200]abc{incomplete}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")
          == "[200]abc{incomplete}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
          == "[200]abc{incomplete}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n")
          == "[200]abc{incomplete}");
}

TEST_CASE("http/message_parser: a response where a chunk should begin ends the body before it")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(read_responses(head + "3\r\nabc\r\nHTTP/1.1 204 No Content\r\n\r\n")
          == read_responses(head + "3\r\nabc\r\n") + read_responses("HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST_CASE("http/message_parser: chunks with extensions, trailers, bare LF and hexadecimal sizes")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(read_responses(head + "3;x=y\r\nabc\r\n0\r\nTrailer: a\r\nOther: b\r\n\r\n")
          == "[200]abc{complete}");
    CHECK(read_responses(head + "3\nabc\n0\n\n") == "[200]abc{complete}");
    CHECK(read_responses(head + "A\r\n0123456789\r\n000\r\n\r\n") == "[200]0123456789{complete}");
    CHECK(read_responses(head + "a \r\n0123456789\r\n0\r\n\r\n") == "[200]0123456789{complete}");
}

TEST_CASE("http/message_parser: several messages on one connection")
{
    CHECK(Conversation{requests}
              .data("GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /c "
                    "HTTP/1.1\r\n\r\n")
              .finish()
          == "[GET]{complete}[POST]hi{complete}[GET]{complete}");
    CHECK(read_responses("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n"
                         "\r\nHTTP/1.0 404 No\r\n\r\nc")
          == "[200]a{complete}[200]b{complete}[404]c{closed}");
    CHECK(read_responses("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
          == "[100]{complete}[200]a{complete}");
}

TEST_CASE("http/message_parser: the answer to HEAD has no body")
{
    Conversation talk{responses};
    talk.transcript.to_head_request = true;
    CHECK(talk.data("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 404 No\r\n\r\n").finish()
          == "[200]{complete}[404]{complete}");
}

TEST_CASE("http/message_parser: bare LF, HTTP 1.1 and a missing reason")
{
    CHECK(read_responses("HTTP/1.0 200\nContent-Length: 2\n\nok") == "[200]ok{complete}");
    CHECK(read_responses("HTTP 1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == "[200]ok{complete}");
}

TEST_CASE("http/message_parser: a head knows its first packet and its offset")
{
    Conversation talk{responses};
    talk.data("HTTP/1.1 20").data("4 No\r\n").data("\r\nHTTP/1.1 204 No\r\n\r\n");
    REQUIRE(talk.transcript.first.size() == 2);
    CHECK(talk.transcript.first[0].number == 1);
    CHECK(talk.transcript.first[1].number == 3);
    CHECK(talk.transcript.offsets == std::vector<std::uint64_t>{0, 19});
}

TEST_CASE("http/message_parser: property: any split of a stream gives the same messages")
{
    const std::string server =
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nPragma: a,\r\n b\r\n\r\n"
        "a;ext=1\r\n0123456789\r\n1\r\n\n\r\n2\r\n\r\n\r\n0\r\nT: x\r\n\r\n"
        "HTTP 1.1 404\nContent-Length: 12\n\nHTTP/1.0 200"
        "\r\n\r\nHTTP/1.1 204 No\r\n\r\nHTTP/1.0 200 OK\r\n\r\nHTTP/1.0 500 no\r\n\r\n\r\nend";
    const std::string client =
        "GET / HTTP/1.1\r\nA: b\r\n\r\n\r\nPOST /p HTTP/1.1\r\nContent-Length: 10\r\n\r\nGET / HTTP"
        "OPTIONS * HTTP/1.1\n\nPOST /q HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        "HEAD / HTTP/1.0\r\n\r\n";
    for (const auto& [side, text] : {std::pair{responses, server}, std::pair{requests, client}}) {
        const std::string whole = Conversation{side}.data(text).finish();
        Conversation bytewise{side};
        for (const char& c : text) {
            bytewise.data({&c, 1});
        }
        CHECK(bytewise.finish() == whole);
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            CAPTURE(cut);
            CHECK(Conversation{side}.data(text.substr(0, cut)).data(text.substr(cut)).finish() == whole);
        }
        CHECK(rc::check("any split", [&, s = side, &t = text] {
            Conversation talk{s};
            for (std::size_t at = 0; at < t.size();) {
                const auto length = std::min(t.size() - at, *rc::gen::inRange<std::size_t>(1, 40));
                talk.data(t.substr(at, length));
                at += length;
            }
            RC_ASSERT(talk.finish() == whole);
        }));
    }
}

TEST_CASE("http/message_parser: what is no head is no head, however it is split")
{
    for (const std::string& text : {std::string(40, 'A'), std::string(21, 'A') + " / HTTP/1.0\r\n\r\n",
                                    std::string{"\x01\x02\x03"}, std::string{"get / HTTP/1.0\r\n\r\n"}}) {
        CAPTURE(text);
        CHECK(Conversation{requests}.data(text).finish() == "<headless>");
        Conversation bytewise{requests};
        for (const char& c : text) {
            bytewise.data({&c, 1});
        }
        CHECK(bytewise.finish() == "<headless>");
    }
    CHECK(read_responses("HTTX/1.0 200 OK\r\n\r\n") == "<headless>");
    CHECK(Conversation{responses}.data("HT").data("TX/1.0 200 OK\r\n\r\n").finish() == "<headless>");
}

TEST_CASE("http/message_parser: bytes without a head are a body until a segment begins with one")
{
    Conversation talk{responses, false};
    talk.transcript.take_headless = true;
    talk.data("middle").data(" of a HTTP/1.0 body").data("HTTP/1.1 204 No\r\n\r\n");
    CHECK(talk.finish() == "<headless>middle of a HTTP/1.0 body{incomplete}[204]{complete}");
}

TEST_CASE("http/message_parser: a body whose head was captured is not ended by what looks like a head")
{
    CHECK(Conversation{responses}.data("HTTP/1.0 200 OK\r\n\r\n").data("HTTP/1.0 500 No\r\n\r\n").finish()
          == "[200]HTTP/1.0 500 No\r\n\r\n{closed}");
}

TEST_CASE("http/message_parser: gaps inside bodies do not end them")
{
    CHECK(Conversation{responses}.data("HTTP/1.0 200 OK\r\n\r\nab").gap(3).data("cd").finish()
          == "[200]ab...cd{closed}");
    CHECK(Conversation{responses}.data("HTTP/1.0 200 OK\r\n\r\n").gap(3).data("cd").finish()
          == "[200]...cd{closed}");
    const std::string eight = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nab";
    CHECK(Conversation{responses}.data(eight).gap(3).data("fghHTTP/1.1 204 No\r\n\r\n").finish()
          == "[200]ab...fgh{complete}[204]{complete}");
    CHECK(Conversation{responses}.data(eight).gap(6).data("HTTP/1.1 204 No\r\n\r\n").finish()
          == "[200]ab......{complete}[204]{complete}");
}

TEST_CASE("http/message_parser: a gap beyond a body of known length loses what follows until a head begins a "
          "segment")
{
    Conversation talk{responses};
    talk.data("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nab").gap(20);
    talk.data("rest\r\n\r\n").data("HTTP/1.1 204 No\r\n\r\n");
    CHECK(talk.finish() == "[200]ab......{complete}<headless>[204]{complete}");
}

TEST_CASE("http/message_parser: gaps inside a chunk, and up to its end")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab";
    CHECK(Conversation{responses}.data(head).gap(3).data("fgh\r\n1\r\nx\r\n0\r\n\r\n").finish()
          == "[200]ab...fghx{complete}");
    CHECK(Conversation{responses}.data(head).gap(6).data("\r\n1\r\nx\r\n0\r\n\r\n").finish()
          == "[200]ab......x{complete}");
}

TEST_CASE("http/message_parser: after a gap across chunks the next chunk that begins a packet is found")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab";
    for (const std::uint64_t length : {8U, 10U, 12U, 100U}) {
        CAPTURE(length);
        Conversation talk{responses};
        talk.data(head).gap(length).data("zzz\r\n4\r\n$Dab\r\n0\r\n\r\n");
        const std::string read = talk.finish();
        CHECK(read.ends_with("$Dab{complete}"));
    }
    // The gap took the size line, and the end of the body follows.
    CHECK(
        Conversation{responses}.data(head).gap(15).data("zz\r\n0\r\n\r\n").finish().ends_with("{complete}"));
}

TEST_CASE("http/message_parser: a chunk is found again also if its line is split over segments")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab";
    const std::string rest = "zzz\r\n4\r\n$Dab\r\n0\r\n\r\n";
    for (std::size_t cut = 1; cut < rest.size(); ++cut) {
        CAPTURE(cut);
        Conversation talk{responses};
        talk.data(head).gap(10).data(rest.substr(0, cut)).data(rest.substr(cut));
        CHECK(talk.finish().ends_with("{complete}"));
    }
}

TEST_CASE("http/message_parser: a gap in a head keeps its whole lines")
{
    Conversation talk{responses};
    talk.data("HTTP/1.0 200 OK\r\nServer: Rex/1\r\nContent-Le").gap(30).data("body");
    CHECK(talk.finish() == "[200 cut]body{incomplete}");
    Conversation asked{requests};
    asked.data("GET / HTTP/1.0\r\nUser-A").gap(30).data("rest\r\n\r\n").data("GET /2 HTTP/1.0\r\n\r\n");
    CHECK(asked.finish() == "[GET cut]{incomplete}<headless>[GET]{complete}");
    Conversation start{responses};
    start.data("HTTP/1.0 2").gap(30).data("body");
    CHECK(start.finish() == "<headless>");
}

TEST_CASE("http/message_parser: a gap where a head should begin")
{
    Conversation talk{responses};
    talk.transcript.take_headless = true;
    talk.gap(50).data("$Dmedia").data("HTTP/1.1 204 No\r\n\r\n");
    CHECK(talk.finish() == "<headless>$Dmedia{incomplete}[204]{complete}");
}

TEST_CASE("http/message_parser: a head without end reaches the cap and is not read further")
{
    Conversation talk{requests};
    talk.caps.set_limit(Cap::head_bytes, 100);
    talk.data("GET / HTTP/1.0\r\n");
    for (int i = 0; i < 1000; ++i) {
        talk.data("X: y\r\n");
    }
    CHECK(talk.finish().empty());
    CHECK(talk.transcript.too_long == 1);
    CHECK(talk.caps.times_reached(Cap::head_bytes) == 1);

    Conversation fits{requests};
    fits.caps.set_limit(Cap::head_bytes, 18);
    fits.data("GET / HTTP/1.0\r\n\r\n");
    CHECK(fits.finish() == "[GET]{complete}");
}

TEST_CASE("http/message_parser: a chunk's line without end is not collected")
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    Conversation talk{responses};
    talk.data(head);
    for (int i = 0; i < 1000; ++i) {
        talk.data("000000000");
    }
    talk.data("\r\n4\r\n$Dab\r\n0\r\n\r\n");
    CHECK(talk.finish() == "[200]$Dab{complete}");
    CHECK(read_responses(head + "FFFFFFFFFFFFFFFFFF\r\nabc") == "[200]{incomplete}");
    CHECK(read_responses(head + "FFFFFFFFFFFFFFFF\r\nabc") == "[200]abc{incomplete}");
}

TEST_CASE("http/message_parser: property: nothing breaks it")
{
    CHECK(rc::check("arbitrary bytes and gaps", [] {
        const bool side = *rc::gen::arbitrary<bool>();
        Conversation talk{side ? requests : responses, *rc::gen::arbitrary<bool>()};
        talk.transcript.take_headless = *rc::gen::arbitrary<bool>();
        const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "HTTP/1.1 200 OK\r\n", "GET / HTTP/1.0\r\n", "Transfer-Encoding: chunked\r\n",
            "Content-Length: 7\r\n", "\r\n", "5\r\n", "hello", "0\r\n", "$D", "\n", "\r", "x", "GAP"));
        for (const std::string& part : parts) {
            if (part == "GAP") {
                talk.gap(static_cast<std::uint64_t>(*rc::gen::inRange(1, 20)));
            } else {
                talk.data(part);
            }
        }
        talk.finish();
        // Messages do not nest: every end belongs to a head or to a body without one.
        RC_SUCCEED();
    }));
}

TEST_CASE(
    "http/message_parser: heads that are not whole share a cap; the one that needs more is not read further")
{
    Caps caps;
    caps.set_limit(Cap::pending_bytes, 150); // what grows has room for twice as much
    Transcript one{MessageParser::Side::requests};
    Transcript other{MessageParser::Side::requests};
    {
        MessageParser first{requests, true};
        MessageParser second{requests, true};
        const std::string begin = "GET / HTTP/1.0\r\nX: " + std::string(50, 'x');
        first.data(0, as_bytes(begin), {1, {}, 0}, one, caps);
        CHECK(caps.in_use(Cap::pending_bytes) == begin.size());
        second.data(0, as_bytes(begin + std::string(20, 'x')), {2, {}, 0}, other, caps);
        CHECK(caps.times_reached(Cap::pending_bytes) == 1);
        CHECK(other.too_long == 1);
        first.data(begin.size(), as_bytes("\r\n\r\n"), {3, {}, 0}, one, caps);
        CHECK(one.text == "[GET]{complete}");
        CHECK(caps.in_use(Cap::pending_bytes) == 0);
        first.data(begin.size() + 4, as_bytes("GET /"), {4, {}, 0}, one, caps);
        CHECK(caps.in_use(Cap::pending_bytes) == 5);
    }
    CHECK(caps.in_use(Cap::pending_bytes) == 0);
}

} // namespace test_http_message_parser
