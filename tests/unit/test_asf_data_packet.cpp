#include <wmclients/asf/data_packet.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <support/asf_builder.hpp>

#include <string>

namespace test_asf_data_packet {

using namespace wmclients;
using asf::DataPacket;
using asf::filter_packet;
using asf::ObjectShift;
using asf::parse_data_packet;
using asf::Payload;
using asf::remove_padding;
using asf::shift_times;
using testing::asf_object;
using testing::asf_packet;
using testing::AsfBytes;
using testing::AsfPacketLayout;
using testing::AsfPayload;

namespace {

DataPacket parsed(const AsfBytes& packet)
{
    DataPacket into;
    const auto read = parse_data_packet(packet, into);
    REQUIRE_MESSAGE(read.has_value(), (read ? std::string{} : read.error().message));
    return into;
}

std::string why_not(const AsfBytes& packet)
{
    DataPacket into;
    const auto read = parse_data_packet(packet, into);
    return read ? "it was read" : read.error().message;
}

AsfPacketLayout padded(std::size_t size)
{
    AsfPacketLayout layout;
    layout.size = size;
    return layout;
}

/// The same without padding: what must be sent.
AsfPacketLayout unpadded(AsfPacketLayout layout)
{
    layout.size = 0;
    return layout;
}

AsfPacketLayout single(AsfPacketLayout layout)
{
    layout.multiple_payloads = false;
    return layout;
}

unsigned any_size(std::initializer_list<unsigned> sizes)
{
    return *rc::gen::elementOf(std::vector<unsigned>(sizes));
}

/// Any layout in which a packet can be padded.
AsfPacketLayout any_layout()
{
    AsfPacketLayout layout;
    layout.error_correction = *rc::gen::arbitrary<bool>();
    layout.length_size = any_size({0, 2, 4});
    layout.sequence_size = any_size({0, 1, 2, 4});
    layout.padding_size = any_size({2, 4});
    layout.number_size = any_size({0, 1, 2, 4});
    layout.offset_size = any_size({0, 1, 2, 4});
    layout.replicated_size = any_size({1, 2, 4});
    layout.payload_length_size = any_size({2, 4});
    layout.size = *rc::gen::inRange<std::size_t>(0, 3000);
    return layout;
}

std::uint32_t cut_to(std::uint32_t value, unsigned size)
{
    return size >= 4 ? value : value & ((std::uint32_t{1} << (8 * size)) - 1);
}

AsfPayload any_payload(const AsfPacketLayout& layout)
{
    AsfPayload payload;
    payload.stream = static_cast<std::uint8_t>(*rc::gen::inRange(1, 128));
    payload.key_frame = *rc::gen::arbitrary<bool>();
    payload.number = cut_to(*rc::gen::arbitrary<std::uint32_t>(), layout.number_size);
    payload.time = *rc::gen::arbitrary<std::uint32_t>();
    payload.replicated = any_size({0, 1, 8, 8, 8, 23});
    if (payload.replicated == 1) {
        payload.time = cut_to(payload.time, layout.offset_size);
        payload.time_delta = *rc::gen::arbitrary<std::uint8_t>();
        payload.parts = *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    } else {
        payload.offset = cut_to(*rc::gen::arbitrary<std::uint32_t>(), layout.offset_size);
        payload.data = *rc::gen::inRange<std::size_t>(0, 200);
    }
    if (payload.replicated >= 8) {
        payload.object_size = *rc::gen::arbitrary<std::uint32_t>();
    }
    return payload;
}

/// What the parser must say of a payload that the builder wrote.
void assert_same(const Payload& found, const AsfPayload& told, const AsfPacketLayout& layout,
                 std::uint32_t send_time)
{
    RC_ASSERT(found.stream == told.stream);
    RC_ASSERT(found.key_frame == told.key_frame);
    RC_ASSERT(found.compressed == (told.replicated == 1));
    RC_ASSERT(found.object_number == told.number);
    RC_ASSERT(found.object_offset == told.offset);
    RC_ASSERT(found.object_size == told.object_size);
    const bool timed = told.replicated >= 8 || (told.replicated == 1 && layout.offset_size != 0);
    RC_ASSERT(found.presentation_time == (timed ? told.time : send_time));
    if (found.compressed) {
        RC_ASSERT(found.sub_payloads == told.parts.size());
        RC_ASSERT(found.time_delta == told.time_delta);
    } else {
        RC_ASSERT(found.end - found.data_begin == told.data);
    }
}

/// Does to a packet all that can be done; a sanitizer sees what goes astray.
void use(AsfBytes packet)
{
    DataPacket found;
    if (!parse_data_packet(packet, found)) {
        return;
    }
    RC_ASSERT(found.size == packet.size());
    RC_ASSERT(found.media_end <= packet.size());
    RC_ASSERT(!found.payloads.empty());
    RC_ASSERT(found.payloads.size() <= asf::max_payloads);
    std::size_t last = 0;
    for (const Payload& payload : found.payloads) {
        RC_ASSERT(payload.begin >= last);
        RC_ASSERT(payload.data_begin > payload.begin);
        RC_ASSERT(payload.end >= payload.data_begin);
        last = payload.end;
    }
    RC_ASSERT(last == found.media_end);

    AsfBytes some;
    const bool any = filter_packet(
        packet, found, [](const Payload& payload) { return payload.key_frame; }, some);
    RC_ASSERT(any == !some.empty());
    DataPacket again;
    RC_ASSERT(!any || parse_data_packet(some, again));

    const std::uint32_t send_time = found.send_time;
    ObjectShift shift{};
    shift.fill(7);
    shift_times(packet, found, 1000, shift);
    RC_ASSERT(parse_data_packet(packet, again));
    RC_ASSERT(again.send_time == send_time + 1000);
    remove_padding(packet, found);
    RC_ASSERT(parse_data_packet(packet, again));
    RC_ASSERT(again.payloads.size() == found.payloads.size());
}

} // namespace

TEST_CASE("asf/data_packet: a packet as Windows Media writes it is read field by field")
{
    // 82 00 00: error correction; 11: several payloads, Padding Length of 2 bytes; 5d: fields of 1, 4, 1, 1.
    const AsfBytes packet{
        0x82, 0,    0,    0x11, 0x5D, 0x03, 0x00, 0x10, 0x27, 0, 0, 0x2E, 0x01, // up to duration
        0x82,                                                                   // two payloads
        0x81, 0x07, 0,    0,    0,    0,    8,    5,    0,    0, 0, 0xB8, 0x0B, 0,
        0,    2,    0,    0xAA, 0xAB, 0x02, 0x09, 1,    0,    0, 0, 8,    2,    0,
        0,    0,    0xE0, 0x0B, 0,    0,    1,    0,    0xBB, 0, 0, 0};
    const DataPacket found = parsed(packet);
    CHECK(found.send_time == 10'000);
    CHECK(found.duration == 302);
    CHECK(found.multiple_payloads);
    CHECK(found.media_end == packet.size() - 3);
    REQUIRE(found.payloads.size() == 2);
    const Payload& video = found.payloads[0];
    CHECK(video.stream == 1);
    CHECK(video.key_frame);
    CHECK(video.object_number == 7);
    CHECK(video.object_offset == 0);
    CHECK(video.object_size == 5);
    CHECK(video.presentation_time == 3000);
    CHECK(video.begin == 14);
    CHECK(video.data_begin == 31);
    CHECK(video.end == 33);
    CHECK_FALSE(video.ends_object());
    const Payload& audio = found.payloads[1];
    CHECK(audio.stream == 2);
    CHECK_FALSE(audio.key_frame);
    CHECK(audio.object_number == 9);
    CHECK(audio.object_offset == 1);
    CHECK(audio.presentation_time == 3040);
    CHECK(audio.end == found.media_end);
    CHECK(audio.ends_object());
}

TEST_CASE("asf/data_packet: a single payload goes up to the padding")
{
    const DataPacket found = parsed(asf_packet(single(padded(300)), 5, 6, {asf_object(3, 1, 3000, 250)}));
    CHECK_FALSE(found.multiple_payloads);
    REQUIRE(found.payloads.size() == 1);
    CHECK(found.payloads[0].end - found.payloads[0].data_begin == 250);
    CHECK(found.payloads[0].end == found.media_end);
    CHECK(found.payloads[0].ends_object());
    CHECK(found.media_end < found.size);
}

TEST_CASE("asf/data_packet: a compressed payload counts its parts")
{
    AsfPayload payload;
    payload.number = 40;
    payload.time = 3100;
    payload.replicated = 1;
    payload.parts = {10, 0, 20};
    payload.time_delta = 25;
    for (const bool multiple : {false, true}) {
        AsfPacketLayout layout;
        layout.multiple_payloads = multiple;
        AsfBytes packet = asf_packet(layout, 77, 0, {payload});
        const DataPacket found = parsed(packet);
        REQUIRE(found.payloads.size() == 1);
        CHECK(found.payloads[0].compressed);
        CHECK(found.payloads[0].sub_payloads == 3);
        CHECK(found.payloads[0].time_delta == 25);
        CHECK(found.payloads[0].presentation_time == 3100);
        CHECK(found.payloads[0].object_number == 40);
        CHECK(found.payloads[0].object_offset == 0);

        packet[packet.size() - 21] = 21; // one more than is left
        CHECK(why_not(packet).find("part of 21 bytes") != std::string::npos);
    }
}

TEST_CASE("asf/data_packet: an explicit Packet Length ends the packet, and may not exceed it")
{
    AsfPacketLayout layout = single(padded(500));
    layout.length_size = 2;
    layout.padding_size = 0;
    AsfBytes packet = asf_packet(layout, 5, 6, {asf_object(3, 1, 3000, 250)});
    REQUIRE(packet.size() == 500);
    DataPacket found = parsed(packet);
    CHECK(found.media_end < 300);
    CHECK(found.payloads[0].end - found.payloads[0].data_begin == 250);

    packet.resize(found.media_end);
    CHECK(parsed(packet).media_end == packet.size());
    packet.pop_back();
    CHECK(why_not(packet).find("Packet Length") != std::string::npos);
}

TEST_CASE("asf/data_packet: what the format does not know is refused, with the offset")
{
    const AsfBytes good = asf_packet({}, 1, 2, {asf_object(1, 0, 3000, 10)});
    CHECK(why_not(good) == "it was read");
    const auto with = [&](std::size_t at, std::uint8_t value) {
        AsfBytes packet = good;
        packet[at] = value;
        return why_not(packet);
    };
    CHECK(why_not({}) == "ASF data packet: nothing at offset 0");
    CHECK(with(0, 0x92).find("error correction flags 0x92") != std::string::npos); // opaque
    CHECK(with(0, 0xA2).find("error correction flags 0xa2") != std::string::npos); // length type
    CHECK(with(4, 0x1D).find("property flags 0x1d") != std::string::npos);         // no stream number
    CHECK(with(4, 0x9D).find("at offset 4") != std::string::npos);
    CHECK(with(5, 0xFF).find("Padding Length 255 where") != std::string::npos);
    CHECK(with(13, 0x80).find("without payloads at offset 13") != std::string::npos);
    CHECK(with(13, 0x01).find("without a payload length") != std::string::npos);
    CHECK(with(13, 0x82).find("cut in a payload's header") != std::string::npos);
    CHECK(with(14, 0x80).find("a payload of stream 0 at offset 14") != std::string::npos);
    CHECK(with(20, 2).find("replicated data of 2 bytes at offset 20") != std::string::npos);
    CHECK(with(20, 200).find("where 20 are left") != std::string::npos);
    CHECK(with(29, 11).find("payload length 11 where 10 bytes are left at offset 29") != std::string::npos);
}

TEST_CASE("asf/data_packet: every cut of a packet is refused, or read within its bytes")
{
    const AsfBytes several = asf_packet({}, 1, 2, {asf_object(1, 0, 3000, 10), asf_object(2, 0, 3000, 10)});
    const AsfBytes one = asf_packet(single({}), 1, 2, {asf_object(1, 0, 3000, 10)});
    DataPacket into;
    for (std::size_t size = 0; size < several.size(); ++size) {
        // A copy of exactly that size, so that a sanitizer sees a read beyond it.
        CHECK_FALSE(parse_data_packet(
            AsfBytes(several.begin(), several.begin() + static_cast<std::ptrdiff_t>(size)), into));
    }
    for (std::size_t size = 0; size < one.size(); ++size) {
        // The end of a single payload is only that of the packet.
        CHECK(parse_data_packet(AsfBytes(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(size)), into)
                  .has_value()
              == (size >= one.size() - 10));
    }
}

TEST_CASE("asf/data_packet: padding goes out where payloads have lengths of their own, and the fields say so")
{
    const std::vector<AsfPayload> payloads{asf_object(1, 0, 3000, 10)};
    for (const unsigned length_size : {0U, 2U, 4U}) {
        AsfPacketLayout layout = padded(400);
        layout.length_size = length_size;
        AsfBytes packet = asf_packet(layout, 1, 2, payloads);
        const AsfBytes whole = packet;
        CHECK(remove_padding(packet, parsed(packet)));
        CHECK(packet == asf_packet(unpadded(layout), 1, 2, payloads));
        AsfBytes filled = packet;
        CHECK(asf::add_padding(filled, parsed(packet), 400));
        CHECK(filled == whole);
        CHECK_FALSE(asf::add_padding(filled, parsed(filled), 400));
        CHECK_FALSE(asf::add_padding(packet, parsed(packet), std::size_t{1} << 20)); // of 2 bytes
        CHECK_FALSE(remove_padding(packet, parsed(packet)));

        packet = asf_packet(single(layout), 1, 2, payloads);
        CHECK(remove_padding(packet, parsed(packet)));
        // Without a length the packet gets one, of two bytes.
        layout.length_size = length_size == 0 ? 2 : length_size;
        CHECK(packet == asf_packet(unpadded(single(layout)), 1, 2, payloads));
        CHECK_FALSE(remove_padding(packet, parsed(packet)));
    }
    AsfBytes full = asf_packet(single(unpadded(padded(400))), 1, 2, payloads);
    const AsfBytes before =
        asf_packet(single(padded(static_cast<unsigned>(full.size() + 1))), 1, 2, payloads);
    full = before;
    CHECK_FALSE(remove_padding(full, parsed(full))); // no room for a length
    CHECK(full == before);
}

TEST_CASE("asf/data_packet: times and object numbers wrap at the width of their fields")
{
    AsfPacketLayout layout;
    AsfBytes packet =
        asf_packet(layout, 0xFFFF'FFFF, 2, {asf_object(1, 250, 0xFFFF'FF00, 10), asf_object(2, 250, 5, 10)});
    ObjectShift shift{};
    shift[1] = 10;
    shift_times(packet, parsed(packet), 300, shift);
    CHECK(packet == asf_packet(layout, 299, 2, {asf_object(1, 4, 44, 10), asf_object(2, 250, 305, 10)}));
}

TEST_CASE("asf/data_packet: a single payload is kept whole or not at all")
{
    const AsfBytes packet = asf_packet(single(padded(100)), 1, 2, {asf_object(1, 0, 3000, 10)});
    const DataPacket found = parsed(packet);
    AsfBytes out{1, 2, 3};
    CHECK_FALSE(filter_packet(
        packet, found, [](const Payload& payload) { return payload.stream == 2; }, out));
    CHECK(out == AsfBytes{1, 2, 3});
    CHECK(filter_packet(
        packet, found, [](const Payload& payload) { return payload.stream == 1; }, out));
    out.erase(out.begin(), out.begin() + 3);
    CHECK(out == packet);
}

TEST_CASE("asf/data_packet: reading, filtering and shifting agree with what was written")
{
    CHECK(rc::check("several payloads", [] {
        const AsfPacketLayout layout = any_layout();
        const auto send_time = *rc::gen::arbitrary<std::uint32_t>();
        const auto duration = *rc::gen::arbitrary<std::uint16_t>();
        std::vector<AsfPayload> payloads;
        for (int left = *rc::gen::inRange(1, 12); left > 0; --left) {
            payloads.push_back(any_payload(layout));
        }
        AsfBytes packet = asf_packet(layout, send_time, duration, payloads);
        RC_PRE(packet.size() < 65'536);

        DataPacket found;
        RC_ASSERT(parse_data_packet(packet, found));
        RC_ASSERT(found.send_time == send_time);
        RC_ASSERT(found.duration == duration);
        RC_ASSERT(found.payloads.size() == payloads.size());
        std::vector<AsfPayload> kept;
        std::vector<bool> keep;
        for (std::size_t i = 0; i < payloads.size(); ++i) {
            assert_same(found.payloads[i], payloads[i], layout, send_time);
            keep.push_back(*rc::gen::arbitrary<bool>());
            if (keep.back()) {
                kept.push_back(payloads[i]);
            }
        }
        AsfBytes some{42};
        std::size_t asked = 0;
        RC_ASSERT(filter_packet(
                      packet, found, [&](const Payload&) { return keep[asked++]; }, some)
                  == !kept.empty());
        AsfBytes expected{42};
        if (!kept.empty()) {
            const AsfBytes whole = asf_packet(unpadded(layout), send_time, duration, kept);
            expected.insert(expected.end(), whole.begin(), whole.end());
        }
        RC_ASSERT(some == expected);

        const auto ms = *rc::gen::arbitrary<std::uint32_t>();
        ObjectShift shift{};
        for (AsfPayload& payload : payloads) {
            shift[payload.stream] = payload.stream * 0x0102'0305U;
            payload.number = cut_to(payload.number + shift[payload.stream], layout.number_size);
            payload.time =
                payload.replicated == 1 ? cut_to(payload.time + ms, layout.offset_size) : payload.time + ms;
        }
        shift_times(packet, found, ms, shift);
        RC_ASSERT(packet == asf_packet(layout, send_time + ms, duration, payloads));
        remove_padding(packet, found);
        RC_ASSERT(packet == asf_packet(unpadded(layout), send_time + ms, duration, payloads));
    }));
}

TEST_CASE("asf/data_packet: no bytes whatever lead beyond the packet")
{
    CHECK(rc::check("any bytes", [] { use(*rc::gen::arbitrary<AsfBytes>()); }));
    CHECK(rc::check("bytes behind a good beginning", [] {
        AsfBytes packet{0x82, 0, 0};
        const auto rest = *rc::gen::arbitrary<AsfBytes>();
        packet.push_back(static_cast<std::uint8_t>(*rc::gen::inRange(0, 128)));
        packet.push_back(static_cast<std::uint8_t>(0x40 | *rc::gen::inRange(0, 64)));
        packet.insert(packet.end(), rest.begin(), rest.end());
        use(packet);
    }));
    CHECK(rc::check("damaged packets", [] {
        AsfPacketLayout layout = any_layout();
        layout.multiple_payloads = *rc::gen::arbitrary<bool>();
        layout.size = *rc::gen::inRange<std::size_t>(0, 100);
        std::vector<AsfPayload> payloads{any_payload(layout)};
        if (layout.multiple_payloads && *rc::gen::arbitrary<bool>()) {
            payloads.push_back(any_payload(layout));
        }
        AsfBytes packet = asf_packet(layout, 1, 2, payloads);
        for (int left = *rc::gen::inRange(1, 4); left > 0; --left) {
            packet[*rc::gen::inRange<std::size_t>(0, packet.size())] = *rc::gen::arbitrary<std::uint8_t>();
        }
        packet.resize(packet.size()
                      - *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(packet.size(), 20)));
        packet.shrink_to_fit();
        use(packet);
    }));
}

} // namespace test_asf_data_packet
