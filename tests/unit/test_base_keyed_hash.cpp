#include <wmclients/base/keyed_hash.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace wmclients;

namespace {

/// The bytes 0, 1, 2, ….
std::string counted(std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += static_cast<char>(i);
    }
    return text;
}

} // namespace

TEST_CASE("base/keyed_hash: texts hash as in Python, which uses SipHash-1-3")
{
    struct Vector {
        std::size_t size;
        std::uint64_t without_key;
        std::uint64_t with_key;
    };

    // hash(bytes(range(N))) under PYTHONHASHSEED=0, whose key is zero, and =42, by CPython 3.11
    for (const Vector& vector : {Vector{1, 0x68A9'1412'8E01'E473, 0xCE88'0C36'6BCF'3489},
                                 Vector{7, 0x2F09'8AB0'C751'325A, 0xCE28'0FAB'C397'FBDA},
                                 Vector{8, 0xEAD4'11E6'7EBE'2EEA, 0x6086'6C3C'108C'6AFB},
                                 Vector{15, 0xF30E'B725'BB91'C9EA, 0x94AC'E24D'68C1'8CF8},
                                 Vector{16, 0x8972'1884'33A5'C5B7, 0x3391'76F3'AC59'CE05},
                                 Vector{63, 0x385D'3E39'E5F3'7359, 0x06E2'4D6F'0D01'4C37}}) {
        CHECK(keyed_hash({}, counted(vector.size)) == vector.without_key);
        CHECK(keyed_hash({0xDC50'4FD3'68CD'90AF, 0xB920'BB9F'FE99'E9C1}, counted(vector.size))
              == vector.with_key);
    }
}

TEST_CASE("base/keyed_hash: keys differ from call to call")
{
    const HashKey one = HashKey::random();
    const HashKey other = HashKey::random();
    CHECK((one.first != other.first && one.second != other.second));
    CHECK(KeyedNumberHash{}(7) != KeyedNumberHash{}(7));
}
