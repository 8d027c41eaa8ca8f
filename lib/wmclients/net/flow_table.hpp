#pragma once

#include <wmclients/base/endpoint.hpp>

#include <cstdint>
#include <cstring>
#include <vector>

namespace wmclients::net {

/// Finds the connection between two endpoints, whichever of them is named first.
///
/// An open-addressing table of 32-bit slot numbers; the endpoints themselves stay with the connections. The
/// hash is keyed with a secret of the run, so that no traffic can be made to collide on purpose.
class FlowTable {
  public:
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    explicit FlowTable(std::uint64_t secret) : secret_(secret) { cells_.resize(initial_size); }

    /// The same for (a, b) and (b, a).
    [[nodiscard]] std::uint32_t hash(const Endpoint& a, const Endpoint& b) const
    {
        const std::uint64_t mixed = mix(hash(a) + hash(b), secret_ ^ 0x9E37'79B9'7F4A'7C15U);
        return static_cast<std::uint32_t>(mixed ^ mixed >> 32);
    }

    /// The slot for which `same(slot)` holds among those inserted with this hash, or `none`.
    template <typename Same>
    [[nodiscard]] std::uint32_t find(std::uint32_t hash, Same same) const
    {
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Cell& cell = cells_[at];
            if (cell.slot == none) {
                return none;
            }
            if (cell.hash == hash && same(cell.slot)) {
                return cell.slot;
            }
        }
    }

    void insert(std::uint32_t hash, std::uint32_t slot)
    {
        if ((used_ + 1) * 2 > cells_.size()) {
            grow();
        }
        place({hash, slot});
        ++used_;
    }

    void erase(std::uint32_t hash, std::uint32_t slot)
    {
        std::size_t at = hash & mask();
        while (cells_[at].slot != slot) {
            if (cells_[at].slot == none) {
                return;
            }
            at = (at + 1) & mask();
        }
        // Close the hole, so that no search stops early: move back what may stand there.
        for (std::size_t next = (at + 1) & mask(); cells_[next].slot != none; next = (next + 1) & mask()) {
            const std::size_t home = cells_[next].hash & mask();
            if (((next - home) & mask()) >= ((next - at) & mask())) {
                cells_[at] = cells_[next];
                at = next;
            }
        }
        cells_[at] = Cell{};
        --used_;
    }

    [[nodiscard]] std::size_t size() const { return used_; }

  private:
    struct Cell {
        std::uint32_t hash = 0;
        std::uint32_t slot = none;
    };

    static constexpr std::size_t initial_size = 1024;

    [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }

    /// Folded 64 x 64 bit multiplication, the mixing step of wyhash.
    static std::uint64_t mix(std::uint64_t a, std::uint64_t b)
    {
#ifdef __SIZEOF_INT128__
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else // 32-bit compilers have no such type: the product of halves, with the same result
        constexpr std::uint64_t half = 0xFFFF'FFFF;
        const std::uint64_t low = (a & half) * (b & half);
        const std::uint64_t middle = (a >> 32) * (b & half) + (low >> 32);
        const std::uint64_t other = (a & half) * (b >> 32) + (middle & half);
        const std::uint64_t high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
        return (other << 32 | (low & half)) ^ high;
#endif
    }

    [[nodiscard]] std::uint64_t hash(const Endpoint& endpoint) const
    {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        std::memcpy(&high, endpoint.address.bytes.data(), 8);
        std::memcpy(&low, endpoint.address.bytes.data() + 8, 8);
        return mix(mix(high ^ secret_, low ^ 0xA076'1D64'78BD'642FU) ^ endpoint.port,
                   secret_ ^ 0xE703'7ED1'A0B4'28DBU);
    }

    void place(Cell cell)
    {
        std::size_t at = cell.hash & mask();
        while (cells_[at].slot != none) {
            at = (at + 1) & mask();
        }
        cells_[at] = cell;
    }

    void grow()
    {
        std::vector<Cell> old(cells_.size() * 2);
        old.swap(cells_);
        for (const Cell& cell : old) {
            if (cell.slot != none) {
                place(cell);
            }
        }
    }

    std::uint64_t secret_;
    std::size_t used_ = 0;
    std::vector<Cell> cells_;
};

} // namespace wmclients::net
