#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace wmclients {

/// A read-only view of raw bytes. It owns nothing: see the function that returns it for its lifetime.
using Bytes = std::span<const std::uint8_t>;

/// The same bytes seen as characters, nothing decoded.
inline std::string_view as_text(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The same characters seen as bytes.
inline Bytes as_bytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Unchecked loads for places that have checked the size of a whole header at once.
/// `be` reads network order, `le` little-endian; no alignment is needed.
inline std::uint16_t load_be16(const std::uint8_t* at)
{
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

inline std::uint32_t load_be32(const std::uint8_t* at)
{
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

inline std::uint16_t load_le16(const std::uint8_t* at)
{
    return static_cast<std::uint16_t>(at[1] << 8 | at[0]);
}

inline std::uint32_t load_le32(const std::uint8_t* at)
{
    return std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | at[0];
}

inline std::uint64_t load_le64(const std::uint8_t* at)
{
    return std::uint64_t{load_le32(at + 4)} << 32 | load_le32(at);
}

/// Reads a byte string front to back; the one way in which variable-length input is parsed.
///
/// A read past the end returns zero (or an empty view), moves to the end and makes ok() false for good, so a
/// parser may read a whole structure and test ok() once.
class ByteCursor {
  public:
    explicit ByteCursor(Bytes bytes) : bytes_(bytes) {}

    /// False once any read or skip has gone past the end.
    [[nodiscard]] bool ok() const { return ok_; }

    [[nodiscard]] std::size_t position() const { return position_; }

    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }

    /// The next `count` bytes; the view lives as long as the bytes given to the constructor.
    Bytes take(std::size_t count)
    {
        if (count > remaining()) {
            position_ = bytes_.size();
            ok_ = false;
            return {};
        }
        const Bytes taken = bytes_.subspan(position_, count);
        position_ += count;
        return taken;
    }

    /// All that is left.
    Bytes rest() { return take(remaining()); }

    void skip(std::size_t count) { take(count); }

    std::uint8_t u8()
    {
        return read<1>([](const std::uint8_t* at) { return *at; });
    }

    std::uint16_t be16() { return read<2>(load_be16); }

    std::uint32_t be32() { return read<4>(load_be32); }

    std::uint16_t le16() { return read<2>(load_le16); }

    std::uint32_t le32() { return read<4>(load_le32); }

    std::uint64_t le64() { return read<8>(load_le64); }

  private:
    template <std::size_t size, typename Load>
    auto read(Load load) -> decltype(load(nullptr))
    {
        const Bytes taken = take(size);
        return taken.size() == size ? load(taken.data()) : 0;
    }

    Bytes bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

} // namespace wmclients
