#include <wmclients/base/bytes.hpp>

#include <doctest/doctest.h>

#include <array>

namespace test_base_bytes {

using namespace wmclients;

namespace {

constexpr std::array<std::uint8_t, 8> eight{0x81, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xF8};

} // namespace

TEST_CASE("base/bytes: loads in both byte orders")
{
    CHECK(load_be16(eight.data()) == 0x8102);
    CHECK(load_be32(eight.data()) == 0x8102'0304);
    CHECK(load_le16(eight.data()) == 0x0281);
    CHECK(load_le32(eight.data()) == 0x0403'0281);
    CHECK(load_le64(eight.data()) == 0xF807'0605'0403'0281);
    CHECK(load_le32(eight.data() + 1) == 0x0504'0302);
}

TEST_CASE("base/bytes: a cursor reads front to back")
{
    ByteCursor cursor{eight};
    CHECK(cursor.u8() == 0x81);
    CHECK(cursor.be16() == 0x0203);
    CHECK(cursor.position() == 3);
    CHECK(cursor.remaining() == 5);
    CHECK(cursor.le16() == 0x0504);
    CHECK(cursor.rest().size() == 3);
    CHECK(cursor.remaining() == 0);
    CHECK(cursor.ok());
    CHECK(cursor.take(0).empty());
    CHECK(cursor.ok());
}

TEST_CASE("base/bytes: a read past the end gives zero, ends the cursor, and is remembered")
{
    for (std::size_t size = 0; size < 8; ++size) {
        ByteCursor cursor{Bytes{eight}.first(size)};
        CHECK(cursor.le64() == 0);
        CHECK_FALSE(cursor.ok());
        CHECK(cursor.remaining() == 0);
        CHECK(cursor.u8() == 0);
        CHECK(cursor.be32() == 0);
        CHECK(cursor.rest().empty());
        CHECK_FALSE(cursor.ok());
    }
    ByteCursor skipped{eight};
    skipped.skip(static_cast<std::size_t>(-1));
    CHECK_FALSE(skipped.ok());
    CHECK(skipped.position() == 8);
}

TEST_CASE("base/bytes: text and bytes are the same memory")
{
    const std::string_view text{"a\0\xFF", 3};
    CHECK(as_bytes(text).size() == 3);
    CHECK(as_bytes(text)[2] == 0xFF);
    CHECK(as_text(as_bytes(text)) == text);
}

} // namespace test_base_bytes
