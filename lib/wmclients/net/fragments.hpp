#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/keyed_hash.hpp>
#include <wmclients/base/time.hpp>
#include <wmclients/net/ip.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wmclients::net {

/// Puts IP datagrams together from their fragments (RFC 791, section 3.2; RFC 8200, section 4.5).
///
/// A datagram is known by its addresses and identification, and in IPv4 its protocol. It is given up 60 s of
/// capture time after its first fragment (RFC 8200, section 4.5), or as the oldest when Cap::fragments or
/// Cap::fragment_bytes is reached. Of an IPv4 overlap the first copy stays; an overlap in IPv6 discards the
/// whole datagram (RFC 5722), unless it repeats bytes that are there already. Fragments that contradict each
/// other about where the datagram ends discard it too. Repeated frames of a datagram that has just been
/// completed are recognised and dropped, so that they are not taken for a part of a later one.
class FragmentTable {
  public:
    explicit FragmentTable(Caps& caps) : caps_(caps) {}

    enum class Outcome : std::uint8_t {
        held,      ///< taken, or of no use
        whole,     ///< that was the last one missing
        malformed, ///< no such fragment can be: a length that is no multiple of 8, an end beyond 65535
    };

    struct Whole {
        std::uint8_t protocol = 0;
        WireBytes payload; ///< as far as captured without a hole; valid until the next call of add()
    };

    /// Takes one fragment of which read_ip() says is_fragment(). `whole` is set only with Outcome::whole.
    /// `fragment.payload` may point into what an earlier call returned (a fragmented packet in a fragmented
    /// tunnel).
    Outcome add(const IpPacket& fragment, Timestamp now, Whole& whole);

    /// Fragments whose datagram did not become whole, those that still wait included; and fragments of IPv4
    /// that overlapped with different bytes.
    [[nodiscard]] std::uint64_t lost() const { return lost_ + waiting_; }

  private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::uint32_t identification = 0;
        std::uint8_t protocol = 0; ///< 0 in IPv6, where fragments of one datagram may differ in it
        bool v6 = false;

        friend bool operator==(const Key&, const Key&) = default;
    };

    struct KeyHash {
        KeyHash() : secret(HashKey::random()) {}

        HashKey secret;

        std::size_t operator()(const Key& key) const;
    };

    /// A run of the datagram: [begin, end) on the wire, of which the bytes up to captured_end are there.
    struct Run {
        std::uint32_t begin;
        std::uint32_t captured_end;
        std::uint32_t end;
    };

    struct Pending {
        Key key;
        Timestamp first_seen;
        std::vector<std::uint8_t> bytes;
        std::vector<Run> runs; ///< in order, apart, and merged where nothing is missing between them
        std::optional<std::uint32_t> length;
        std::uint64_t fragments = 0;
        std::uint8_t protocol = 0;
        bool discarded = false; ///< what is still to come of it is discarded as well
    };

    struct Completed {
        Key key;
        std::vector<std::uint8_t> bytes;
    };

    using Place = std::list<Pending>::iterator;

    static std::size_t memory_of(const Pending& pending);
    bool repeats_completed(const Key& key, std::uint32_t begin, Bytes bytes) const;
    void give_up(Place place);
    void evict_oldest(Cap cap);
    void expire(Timestamp now);
    Place find_or_add(const Key& key, Timestamp now);
    void discard(Pending& pending);
    /// False if the datagram is to be discarded.
    bool insert(Pending& pending, const IpPacket& fragment);
    static void fill(Pending& pending, std::uint32_t begin, std::uint32_t end, Bytes bytes);
    static bool is_whole(const Pending& pending);

    Caps& caps_;
    std::list<Pending> by_age_;
    std::unordered_map<Key, Place, KeyHash> by_key_;
    std::array<Completed, 8> completed_; ///< a ring
    std::size_t next_completed_ = 0;
    std::size_t memory_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t waiting_ = 0;
};

} // namespace wmclients::net
