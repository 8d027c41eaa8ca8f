#pragma once

#include <wmclients/base/bytes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wmclients {

/// The secret of a hash table whose keys come from a capture, so that nobody can choose keys that collide.
struct HashKey {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    /// Another one at each call, from the system's random numbers.
    static HashKey random();
};

/// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, with one round a word and
/// three at the end, as Rust and Python hash texts), of words of 64 bits. Its key cannot be learnt, nor
/// collisions made without it, from traffic alone.
class SipHash {
  public:
    explicit SipHash(const HashKey& key)
        : v0_(key.first ^ 0x736F'6D65'7073'6575U), v1_(key.second ^ 0x646F'7261'6E64'6F6DU),
          v2_(key.first ^ 0x6C79'6765'6E65'7261U), v3_(key.second ^ 0x7465'6462'7974'6573U)
    {
    }

    // In line always: where it is used in several places GCC makes calls of it, at three times the cost.
    [[gnu::always_inline]] void word(std::uint64_t value)
    {
        v3_ ^= value;
        round();
        v0_ ^= value;
    }

    /// The hash, after the last word, whose highest byte is the length of the input in bytes, modulo 256.
    [[gnu::always_inline]] std::uint64_t finish(std::uint64_t last)
    {
        word(last);
        v2_ ^= 0xFF;
        round();
        round();
        round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    [[gnu::always_inline]] void round()
    {
        v0_ += v1_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v3_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ += v3_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ += v1_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_;
    std::uint64_t v1_;
    std::uint64_t v2_;
    std::uint64_t v3_;
};

/// SipHash-1-3 of a text.
inline std::uint64_t keyed_hash(const HashKey& key, std::string_view text)
{
    SipHash hash{key};
    std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
    const auto* at = reinterpret_cast<const std::uint8_t*>(text.data());
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, at += 8) {
        hash.word(load_le64(at));
    }
    for (std::size_t i = 0; i < left; ++i) {
        last |= std::uint64_t{at[i]} << 8 * i;
    }
    return hash.finish(last);
}

/// For unordered containers whose keys are numbers that a file chose.
struct KeyedNumberHash {
    HashKey key = HashKey::random();

    std::size_t operator()(std::uint64_t number) const
    {
        return static_cast<std::size_t>(SipHash{key}.finish(number));
    }
};

} // namespace wmclients
