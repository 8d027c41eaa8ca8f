#include <wmclients/base/base64.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_base_base64 {

using namespace wmclients;

TEST_CASE("base/base64: the test vectors of RFC 4648, section 10")
{
    const std::string plain = "foobar";
    const std::string coded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (std::size_t length = 0; length <= plain.size(); ++length) {
        CAPTURE(length);
        CHECK(base64(plain.substr(0, length)) == coded[length]);
        CHECK(from_base64(coded[length]) == plain.substr(0, length));
    }
}

TEST_CASE("base/base64: every byte survives")
{
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    CHECK(from_base64(base64(bytes)) == bytes);
}

TEST_CASE("base/base64: what is malformed is refused")
{
    for (const char* text : {"Z", "Zg=", "Zg", "=g==", "Z===", "Zm9=v===", "Zm9v!mFy", "Zg==Zg=="}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text).has_value());
    }
}

} // namespace test_base_base64
