#include <wmclients/dns/glibc_decoder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace test_dns_glibc_decoder {

using namespace wmclients;
using dns::NameRecord;
using dns::NameSource;

namespace {

using Wire = std::vector<std::uint8_t>;

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_cname = 5;
constexpr std::uint16_t type_ptr = 12;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t reply = 0x8400;

Wire labels(const std::vector<std::string>& parts)
{
    Wire wire;
    for (const std::string& part : parts) {
        wire.push_back(static_cast<std::uint8_t>(part.size()));
        wire.insert(wire.end(), part.begin(), part.end());
    }
    wire.push_back(0);
    return wire;
}

/// "a.b" as labels.
Wire name(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t dot = std::min(text.find('.'), text.size());
        parts.emplace_back(text.substr(0, dot));
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return labels(parts);
}

/// A compression pointer (RFC 1035, section 4.1.4).
Wire pointer(std::size_t offset)
{
    return {static_cast<std::uint8_t>(0xC0 | offset >> 8), static_cast<std::uint8_t>(offset & 0xFF)};
}

Wire address(std::string_view text)
{
    const auto parsed = parse_address(text);
    REQUIRE(parsed);
    return {parsed->bytes.begin() + (parsed->is_v4() ? 12 : 0), parsed->bytes.end()};
}

/// A DNS message under construction; sections must be added in their order.
struct Message {
    Wire bytes = Wire(12);

    explicit Message(std::uint16_t flags = reply) { put(2, flags); }

    void put(std::size_t at, std::size_t value)
    {
        bytes[at] = static_cast<std::uint8_t>(value >> 8 & 0xFF);
        bytes[at + 1] = static_cast<std::uint8_t>(value & 0xFF);
    }

    void append(std::size_t value)
    {
        bytes.resize(bytes.size() + 2);
        put(bytes.size() - 2, value);
    }

    void append(const Wire& more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

    void count(std::size_t section)
    {
        put(4 + 2 * section, 1 + std::size_t{bytes[4 + 2 * section]} * 256 + bytes[5 + 2 * section]);
    }

    Message& question(const Wire& owner, std::uint16_t type)
    {
        append(owner);
        append(std::size_t{type});
        append(std::size_t{class_in});
        count(0);
        return *this;
    }

    Message& record(std::size_t section, const Wire& owner, std::uint16_t type, const Wire& data,
                    std::uint16_t record_class = class_in, std::uint16_t ttl = 60)
    {
        append(owner);
        append(std::size_t{type});
        append(std::size_t{record_class});
        append(std::size_t{0});
        append(std::size_t{ttl});
        append(data.size());
        append(data);
        count(section);
        return *this;
    }

    Message& answer(const Wire& owner, std::uint16_t type, const Wire& data,
                    std::uint16_t record_class = class_in, std::uint16_t ttl = 60)
    {
        return record(1, owner, type, data, record_class, ttl);
    }

    Message& additional(const Wire& owner, std::uint16_t type, const Wire& data)
    {
        return record(3, owner, type, data);
    }
};

std::vector<NameRecord> decode(const Wire& wire, bool multicast)
{
    std::vector<NameRecord> records;
    dns::GlibcDecoder decoder;
    decoder.decode(wire, multicast, records);
    return records;
}

std::vector<NameRecord> unicast(const Message& message)
{
    return decode(message.bytes, false);
}

std::vector<NameRecord> mdns(const Message& message)
{
    return decode(message.bytes, true);
}

NameRecord record(std::string_view ip, std::string text, NameSource source)
{
    return {*parse_address(ip), std::move(text), source};
}

} // namespace

TEST_CASE("dns/glibc_decoder: A and AAAA answers give the name that was asked for")
{
    const auto v4 = unicast(
        Message{}.question(name("Alice.example"), type_a).answer(pointer(12), type_a, address("10.78.0.11")));
    CHECK(v4 == std::vector{record("10.78.0.11", "Alice.example", NameSource::address_record)});
    const auto v6 = unicast(Message{}
                                .question(name("alice.example"), type_aaaa)
                                .answer(pointer(12), type_aaaa, address("fd78::40")));
    CHECK(v6 == std::vector{record("fd78::40", "alice.example", NameSource::address_record)});
}

TEST_CASE("dns/glibc_decoder: the end of a CNAME chain is not the name")
{
    Message message;
    message.question(name("www.example"), type_a);
    message.answer(pointer(12), type_cname, name("edge.cdn.example"));
    message.answer(name("edge.cdn.example"), type_a, address("192.0.2.1"));
    message.answer(name("edge.cdn.example"), type_a, address("192.0.2.2"));
    CHECK(unicast(message)
          == std::vector{record("192.0.2.1", "www.example", NameSource::address_record),
                         record("192.0.2.2", "www.example", NameSource::address_record)});
}

TEST_CASE("dns/glibc_decoder: PTR answers of the reverse zones give the name pointed to")
{
    const auto v4 = unicast(Message{}
                                .question(name("11.0.78.10.in-addr.arpa"), type_ptr)
                                .answer(pointer(12), type_ptr, name("alice.example")));
    CHECK(v4 == std::vector{record("10.78.0.11", "alice.example", NameSource::captured_ptr)});
    const std::string reversed = "0.4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.7.d.f.ip6.arpa";
    const auto v6 =
        unicast(Message{}.question(name(reversed), type_ptr).answer(pointer(12), type_ptr, name("bob")));
    CHECK(v6 == std::vector{record("fd78::40", "bob", NameSource::captured_ptr)});
}

TEST_CASE("dns/glibc_decoder: an alias inside a reverse zone (RFC 2317) keeps the address asked for")
{
    Message message;
    message.question(name("5.2.0.192.in-addr.arpa"), type_ptr);
    message.answer(pointer(12), type_cname, name("5.0-63.2.0.192.in-addr.arpa"));
    message.answer(name("5.0-63.2.0.192.in-addr.arpa"), type_ptr, name("host.example"));
    CHECK(unicast(message) == std::vector{record("192.0.2.5", "host.example", NameSource::captured_ptr)});
}

TEST_CASE("dns/glibc_decoder: PTR records of other zones name no address")
{
    CHECK(unicast(Message{}
                      .question(name("_http._tcp.example"), type_ptr)
                      .answer(pointer(12), type_ptr, name("x._http._tcp.example")))
              .empty());
    CHECK(mdns(Message{}.answer(name("_http._tcp.local"), type_ptr, name("x._http._tcp.local"))).empty());
}

TEST_CASE("dns/glibc_decoder: mDNS has no question, names its records itself, and adds more")
{
    Message message;
    message.answer(name("alice.local"), type_a, address("10.78.0.11"), 0x8001);
    message.answer(name("12.0.78.10.in-addr.arpa"), type_ptr, name("bob.local"), 0x8001);
    message.additional(pointer(12), type_aaaa, address("fd78::40"));
    CHECK(mdns(message)
          == std::vector{record("10.78.0.11", "alice.local", NameSource::multicast),
                         record("10.78.0.12", "bob.local", NameSource::multicast),
                         record("fd78::40", "alice.local", NameSource::multicast)});
    // The same bytes are no answer of unicast DNS.
    CHECK(unicast(message).empty());
}

TEST_CASE("dns/glibc_decoder: LLMNR repeats the question")
{
    const auto records = mdns(
        Message{0x8000}.question(name("alice"), type_a).answer(pointer(12), type_a, address("10.78.0.11")));
    CHECK(records == std::vector{record("10.78.0.11", "alice", NameSource::multicast)});
}

TEST_CASE("dns/glibc_decoder: a withdrawn mDNS record is not read, a unicast TTL of 0 is")
{
    CHECK(mdns(Message{}.answer(name("alice.local"), type_a, address("10.78.0.11"), 0x8001, 0)).empty());
    CHECK(unicast(Message{}
                      .question(name("a"), type_a)
                      .answer(pointer(12), type_a, address("10.78.0.11"), class_in, 0))
              .size()
          == 1);
}

TEST_CASE(
    "dns/glibc_decoder: additional records of unicast DNS, other classes and wrong lengths are not read")
{
    Message message;
    message.question(name("example"), type_a);
    message.answer(pointer(12), type_a, address("10.0.0.1"), 3);
    message.answer(pointer(12), type_a, address("10.0.0.2"), 0x8001);
    message.answer(pointer(12), type_a, {10, 0, 0});
    message.answer(pointer(12), type_a, address("fd78::1"));
    message.answer(pointer(12), type_aaaa, address("10.0.0.3"));
    message.additional(name("ns.example"), type_a, address("10.0.0.4"));
    CHECK(unicast(message).empty());
    CHECK(mdns(message).size() == 2);
}

TEST_CASE("dns/glibc_decoder: questions, errors, other operations and more than one question give nothing")
{
    const auto with_flags = [](std::uint16_t flags) {
        return Message{flags}.question(name("a"), type_a).answer(pointer(12), type_a, address("10.0.0.1"));
    };
    CHECK(unicast(with_flags(0x8180)).size() == 1);
    CHECK(unicast(with_flags(0x8380)).size() == 1); // truncated: what is there counts
    for (const std::uint16_t flags : {std::uint16_t{0x0100}, std::uint16_t{0x8183}, std::uint16_t{0xA000}}) {
        CAPTURE(flags);
        CHECK(unicast(with_flags(flags)).empty());
        CHECK(mdns(with_flags(flags)).empty());
    }
    CHECK(unicast(Message{}
                      .question(name("a"), type_a)
                      .question(name("b"), type_a)
                      .answer(pointer(12), type_a, address("10.0.0.1")))
              .empty());
    CHECK(unicast(Message{}.question(name("a"), type_a)).empty());
}

TEST_CASE("dns/glibc_decoder: names are the labels' own bytes")
{
    const std::string nul("a\0b", 3);
    const Wire owner = labels({"we\"ird", "\\0", "a b", "\x1B[31m", "\xFF\xC3\xBC", nul, "x.y", "@$();"});
    const auto records = mdns(Message{}
                                  .answer(owner, type_a, address("10.0.0.1"))
                                  .answer(name("2.0.0.10.in-addr.arpa"), type_ptr, owner));
    REQUIRE(records.size() == 2);
    CHECK(records[0].name == "we\"ird.\\0.a b.\x1B[31m.\xFF\xC3\xBC." + nul + ".x.y.@$();");
    CHECK(records[1].name == records[0].name);
}

TEST_CASE("dns/glibc_decoder: the longest name is read whole, one that is too long is not")
{
    const std::string label(63, '\x01'); // four characters each in the resolver's text form
    const auto longest = mdns(
        Message{}.answer(labels({label, label, label, std::string(61, 'x')}), type_a, address("10.0.0.1")));
    REQUIRE(longest.size() == 1);
    CHECK(longest[0].name.size() == 253);
    CHECK(mdns(Message{}.answer(labels({label, label, label, std::string(62, 'x')}), type_a,
                                address("10.0.0.1")))
              .empty());
}

TEST_CASE("dns/glibc_decoder: the root is no name")
{
    CHECK(mdns(Message{}.answer(name(""), type_a, address("10.0.0.1"))).empty());
    CHECK(unicast(Message{}.question(name(""), type_a).answer(pointer(12), type_a, address("10.0.0.1")))
              .empty());
    CHECK(unicast(Message{}
                      .question(name("1.0.0.10.in-addr.arpa"), type_ptr)
                      .answer(pointer(12), type_ptr, name("")))
              .empty());
}

TEST_CASE("dns/glibc_decoder: loops of compression pointers end the reading")
{
    Message to_itself;
    to_itself.answer(pointer(12), type_a, address("10.0.0.1"));
    CHECK(mdns(to_itself).empty());

    Message around;
    around.answer(name("good.local"), type_a, address("10.0.0.1"));
    const std::size_t at = around.bytes.size();
    around.answer(pointer(at + 12), type_ptr, pointer(at)); // owner -> data -> owner
    around.answer(name("later.local"), type_a, address("10.0.0.2"));
    CHECK(mdns(around) == std::vector{record("10.0.0.1", "good.local", NameSource::multicast)});

    Message in_data;
    in_data.question(name("1.0.0.10.in-addr.arpa"), type_ptr);
    const std::size_t data = in_data.bytes.size() + 12;
    in_data.answer(pointer(12), type_ptr, pointer(data));
    CHECK(unicast(in_data).empty());
}

TEST_CASE("dns/glibc_decoder: pointers to pointers are followed as far as a name has labels, no further")
{
    const auto names_behind = [](std::size_t pointers) {
        // The chain is the data of a record of a type that is not read; "a" stands before it.
        Message message;
        const std::size_t name_at = message.bytes.size() + 1 + 10;
        Wire chain = name("a");
        std::size_t last = name_at;
        for (std::size_t i = 1; i < pointers; ++i) {
            const std::size_t at = name_at + chain.size();
            const Wire next = pointer(last);
            chain.insert(chain.end(), next.begin(), next.end());
            last = at;
        }
        message.record(1, labels({}), 99, chain);
        message.record(1, pointer(last), type_a, address("10.0.0.1"));
        return mdns(message).size();
    };
    CHECK(names_behind(1) == 1);
    CHECK(names_behind(127) == 1);
    CHECK(names_behind(128) == 0);
    CHECK(names_behind(2'000) == 0);
}

TEST_CASE("dns/glibc_decoder: a PTR whose name does not end with its record is not read")
{
    Wire padded = name("alice");
    padded.push_back(0);
    CHECK(
        unicast(
            Message{}.question(name("1.0.0.10.in-addr.arpa"), type_ptr).answer(pointer(12), type_ptr, padded))
            .empty());
    CHECK(unicast(Message{}
                      .question(name("1.0.0.10.in-addr.arpa"), type_ptr)
                      .answer(pointer(12), type_ptr, {5, 'a', 'l'}))
              .empty());
}

TEST_CASE("dns/glibc_decoder: cut messages, trailing bytes and lying counts give nothing")
{
    Message message;
    message.question(name("1.0.0.10.in-addr.arpa"), type_ptr)
        .answer(pointer(12), type_ptr, name("alice.example"));
    REQUIRE(unicast(message).size() == 1);
    for (std::size_t size = 0; size < message.bytes.size(); ++size) {
        CAPTURE(size);
        const Wire cut(message.bytes.begin(), message.bytes.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(decode(cut, false).empty());
        CHECK(decode(cut, true).empty());
    }
    Message longer = message;
    longer.bytes.push_back(0);
    CHECK(unicast(longer).empty());
    Message lying = message;
    lying.put(6, 0xFFFF);
    CHECK(unicast(lying).empty());
}

TEST_CASE("dns/glibc_decoder: no single changed byte does harm")
{
    Message message;
    message.answer(name("alice.local"), type_a, address("10.78.0.11"), 0x8001);
    message.answer(name("12.0.78.10.in-addr.arpa"), type_ptr, pointer(12), 0x8001);
    message.additional(pointer(12), type_aaaa, address("fd78::40"));
    for (std::size_t at = 0; at < message.bytes.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            Wire changed = message.bytes;
            changed[at] = static_cast<std::uint8_t>(value);
            CHECK(decode(changed, true).size() <= 3);
            CHECK(decode(changed, false).size() <= 3);
        }
    }
}

TEST_CASE("dns/glibc_decoder: at most 256 records are looked at")
{
    Message message;
    message.answer(name("a.local"), type_a, address("10.0.0.1"));
    for (int i = 1; i < 250; ++i) {
        message.answer(pointer(12), type_a, address("10.0.0.1"));
    }
    for (int i = 0; i < 50; ++i) {
        message.additional(pointer(12), type_a, address("10.0.0.1"));
    }
    CHECK(mdns(message).size() == 256);
}

TEST_CASE("dns/glibc_decoder: messages above 9000 bytes are not read")
{
    constexpr std::uint16_t type_txt = 16;
    const auto padded = [](std::size_t size) {
        Message message;
        message.answer(name("a.local"), type_a, address("10.0.0.1"));
        const std::size_t record_head = 12;
        return message.answer(pointer(12), type_txt, Wire(size - message.bytes.size() - record_head));
    };
    CHECK(padded(9000).bytes.size() == 9000);
    CHECK(mdns(padded(9000)).size() == 1);
    CHECK(mdns(padded(9001)).empty());
}

TEST_CASE("dns/glibc_decoder: real replies of dnsmasq are read")
{
    const auto from_hex = [](std::string_view hex) {
        Wire wire;
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            wire.push_back(static_cast<std::uint8_t>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16)));
        }
        return wire;
    };
    const Wire aliased =
        from_hex("00078580000100020000000003777777076578616d706c650000010001c00c00050001000000000"
                 "00f05616c696365076578616d706c6500c029000100010000000000040a4e000b");
    CHECK(decode(aliased, false)
          == std::vector{record("10.78.0.11", "www.example", NameSource::address_record)});
    const Wire v6 =
        from_hex("00078580000100010000000003626f62076578616d706c6500001c0001c00c001c0001000000000010fd7800000"
                 "00000000000000000000040");
    CHECK(decode(v6, false) == std::vector{record("fd78::40", "bob.example", NameSource::address_record)});
    const Wire reverse =
        from_hex("000785800001000100000000023131013002373802313007696e2d61646472046172706100000c0001c00c0"
                 "00c000100000000000f05616c696365076578616d706c6500");
    CHECK(decode(reverse, false)
          == std::vector{record("10.78.0.11", "alice.example", NameSource::captured_ptr)});
}

TEST_CASE("dns/glibc_decoder: records are appended to what is there")
{
    std::vector<NameRecord> records{record("10.0.0.9", "before", NameSource::hosts_file)};
    dns::GlibcDecoder decoder;
    decoder.decode(Message{}.answer(name("a.local"), type_a, address("10.0.0.1")).bytes, true, records);
    REQUIRE(records.size() == 2);
    CHECK(records[0].name == "before");
}

} // namespace test_dns_glibc_decoder
