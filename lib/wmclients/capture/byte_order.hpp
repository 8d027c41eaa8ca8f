#pragma once

#include <wmclients/base/bytes.hpp>

#include <cstdint>

namespace wmclients::capture {

/// Unchecked loads in the byte order of the machine that wrote a file.
struct ByteOrder {
    bool big = false;

    [[nodiscard]] std::uint16_t u16(const std::uint8_t* at) const
    {
        return big ? load_be16(at) : load_le16(at);
    }

    [[nodiscard]] std::uint32_t u32(const std::uint8_t* at) const
    {
        return big ? load_be32(at) : load_le32(at);
    }

    [[nodiscard]] std::uint64_t u64(const std::uint8_t* at) const
    {
        return big ? std::uint64_t{load_be32(at)} << 32 | load_be32(at + 4) : load_le64(at);
    }
};

} // namespace wmclients::capture
