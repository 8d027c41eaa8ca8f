#include <wmclients/asf/header.hpp>
#include <wmclients/asf/live_header.hpp>

#include <doctest/doctest.h>
#include <support/asf_builder.hpp>

#include <algorithm>
#include <array>

namespace test_asf_live_header {

using namespace wmclients;
using asf::live_header;
using asf::StreamKind;
using testing::AsfBytes;

namespace {

constexpr std::array<std::uint8_t, 783> vlc_header{
#include "data/vlc-asf-header.hex"
};

AsfBytes recorded(std::uint32_t flags = 2)
{
    testing::AsfFileProperties properties;
    properties.flags = flags;
    properties.packets = 7;
    const std::vector<testing::AsfStream> streams{{1, StreamKind::audio, 64'000}, {2, StreamKind::video, 0}};
    return testing::asf_file(testing::asf_header(properties, streams), {AsfBytes(800)});
}

} // namespace

TEST_CASE("asf/live_header: a recording's header becomes a broadcast's, all else stays")
{
    const AsfBytes file = recorded();
    const std::uint64_t header_size = load_le64(file.data() + 16);
    const auto live = live_header(file);
    REQUIRE(live);
    REQUIRE(live->size() == header_size + 50);

    const auto before = asf::parse_header(file);
    const auto after = asf::parse_header(*live);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(after->complete);
    CHECK(after->anomalies.empty());
    CHECK(before->flags == 2);
    CHECK(after->flags == 1);
    CHECK(after->data_packet_count == 0xFFFFFFFF);
    CHECK(after->file_id == before->file_id);
    CHECK(after->preroll_ms == 3000);
    CHECK(after->max_packet_size == 400);
    CHECK(after->streams.size() == 2);
    CHECK(after->streams[0].bitrate == 64'000U);

    // File Properties is the first object, at 30 (section 3.2).
    CHECK(load_le64(live->data() + 30 + 40) == live->size());
    CHECK(load_le64(live->data() + 30 + 64) == 0);
    CHECK(load_le64(live->data() + 30 + 72) == 0);
    CHECK(load_le64(live->data() + header_size + 16) == 50);
    CHECK(load_le64(live->data() + header_size + 40) == 0);

    std::size_t changed = 0;
    for (std::size_t i = 0; i < live->size(); ++i) {
        changed += (*live)[i] != file[i] ? 1U : 0U;
        const bool may = (i >= 30 + 40 && i < 30 + 48) || (i >= 30 + 56 && i < 30 + 80) || i == 30 + 88
                         || (i >= header_size + 16 && i < header_size + 24)
                         || (i >= header_size + 40 && i < header_size + 48);
        if (!may) {
            CHECK((*live)[i] == file[i]);
        }
    }
    CHECK(changed > 8);
}

TEST_CASE("asf/live_header: bit 3 of the flags, which real encoders set, is kept")
{
    const auto live = live_header(recorded(0x0A));
    REQUIRE(live);
    CHECK(asf::parse_header(*live)->flags == 9);
}

TEST_CASE("asf/live_header: a live header stays as it is")
{
    const auto once = live_header(recorded());
    REQUIRE(once);
    CHECK(live_header(*once).value() == *once);

    const auto vlc = live_header(vlc_header);
    REQUIRE(vlc);
    CHECK(vlc->size() == 783);
    CHECK(asf::parse_header(*vlc)->broadcast);
}

TEST_CASE("asf/live_header: what is cut or missing is an error that says what")
{
    const AsfBytes file = recorded();
    const std::size_t whole = load_le64(file.data() + 16) + 50;
    for (std::size_t size = 0; size < whole; ++size) {
        const AsfBytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        CAPTURE(size);
        CHECK_FALSE(live_header(cut));
    }
    AsfBytes other = file;
    other[whole - 50] ^= 1;
    const auto no_data = live_header(other);
    REQUIRE_FALSE(no_data);
    CHECK(no_data.error().message.find("no Data Object at offset") != std::string::npos);
    other = file;
    other[30] ^= 1;
    const auto no_properties = live_header(other);
    REQUIRE_FALSE(no_properties);
    CHECK(no_properties.error().message.find("File Properties") != std::string::npos);
}

TEST_CASE("asf/live_header: no single changed byte leads astray")
{
    for (std::size_t at = 0; at < vlc_header.size(); ++at) {
        for (const std::uint8_t value :
             {std::uint8_t{0x00}, std::uint8_t{0x01}, std::uint8_t{0x7F}, std::uint8_t{0xFF}}) {
            AsfBytes changed(vlc_header.begin(), vlc_header.end());
            changed[at] = value;
            const auto live = live_header(changed);
            CHECK((!live || live->size() <= changed.size()));
        }
    }
}

} // namespace test_asf_live_header
