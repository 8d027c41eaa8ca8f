#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/keyed_hash.hpp>

#include <cstdint>
#include <vector>

namespace wmclients::net {

/// Finds the connection between two endpoints, whichever of them is named first.
///
/// An open-addressing table of 32-bit slot numbers; the endpoints themselves stay with the connections. The
/// hash is keyed (SipHash), so that no traffic can be made to collide on purpose.
class FlowTable {
  public:
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    explicit FlowTable(const HashKey& key) : key_(key) { cells_.resize(initial_size); }

    /// The same for (a, b) and (b, a).
    [[nodiscard]] std::uint32_t hash(const Endpoint& a, const Endpoint& b) const
    {
        const Words one{a};
        const Words other{b};
        const bool in_order = one <= other;
        const Words& less = in_order ? one : other;
        const Words& more = in_order ? other : one;
        const std::uint64_t ports = more.port << 16 | less.port;
        SipHash hash{key_};
        // Two thirds of the work for what most packets are. The length keeps it apart from the others.
        if (a.address.is_v4() && b.address.is_v4()) {
            hash.word((more.low & 0xFFFF'FFFF'0000'0000U) | less.low >> 32);
            return folded(hash.finish(std::uint64_t{12} << 56 | ports));
        }
        hash.word(less.high);
        hash.word(less.low);
        hash.word(more.high);
        hash.word(more.low);
        return folded(hash.finish(std::uint64_t{36} << 56 | ports));
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

    /// How many cells a search for `slot`, which was inserted with this hash, looks at.
    [[nodiscard]] std::size_t cells_to(std::uint32_t hash, std::uint32_t slot) const
    {
        std::size_t cells = 1;
        for (std::size_t at = hash & mask(); cells_[at].slot != slot && cells_[at].slot != none;
             at = (at + 1) & mask()) {
            ++cells;
        }
        return cells;
    }

  private:
    struct Cell {
        std::uint32_t hash = 0;
        std::uint32_t slot = none;
    };

    static constexpr std::size_t initial_size = 1024;

    [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }

    static std::uint32_t folded(std::uint64_t hash) { return static_cast<std::uint32_t>(hash ^ hash >> 32); }

    /// An endpoint as numbers: its address's bytes from the lowest on, so that an IPv4 address is the upper
    /// half of `low`.
    struct Words {
        explicit Words(const Endpoint& endpoint)
            : high(load_le64(endpoint.address.bytes.data())),
              low(load_le64(endpoint.address.bytes.data() + 8)), port(endpoint.port)
        {
        }

        friend auto operator<=>(const Words&, const Words&) = default;

        std::uint64_t high;
        std::uint64_t low;
        std::uint64_t port;
    };

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

    HashKey key_;
    std::size_t used_ = 0;
    std::vector<Cell> cells_;
};

} // namespace wmclients::net
