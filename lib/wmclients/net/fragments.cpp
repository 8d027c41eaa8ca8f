#include <wmclients/net/fragments.hpp>

#include <algorithm>
#include <cstring>

namespace wmclients::net {

namespace {

/// RFC 8200, section 4.5; RFC 791 leaves it to the receiver.
constexpr std::uint64_t lifetime = 60'000'000'000;

/// The largest payload: the length field less the smallest header (RFC 791), the length field (RFC 8200).
constexpr std::uint32_t largest_v4 = 65'535 - 20;
constexpr std::uint32_t largest_v6 = 65'535;

/// Whether more than the lifetime lies between the two; their difference need not fit the type.
bool is_over(Timestamp since, Timestamp now)
{
    const auto from = static_cast<std::uint64_t>(since.time_since_epoch().count());
    const auto to = static_cast<std::uint64_t>(now.time_since_epoch().count());
    return now > since && to - from > lifetime;
}

bool differs(const std::vector<std::uint8_t>& held, std::uint32_t begin, std::uint32_t end,
             const std::uint8_t* at)
{
    return end > begin && std::memcmp(held.data() + begin, at, end - begin) != 0;
}

} // namespace

std::size_t FragmentTable::KeyHash::operator()(const Key& key) const
{
    SipHash hash{secret};
    for (const IpAddress* address : {&key.source, &key.destination}) {
        std::array<std::uint64_t, 2> words{};
        std::memcpy(words.data(), address->bytes.data(), sizeof words);
        hash.word(words[0]);
        hash.word(words[1]);
    }
    return static_cast<std::size_t>(hash.finish(std::uint64_t{key.identification} << 8 | key.protocol));
}

std::size_t FragmentTable::memory_of(const Pending& pending)
{
    return pending.bytes.capacity() + pending.runs.capacity() * sizeof(Run);
}

bool FragmentTable::repeats_completed(const Key& key, std::uint32_t begin, Bytes bytes) const
{
    return std::any_of(completed_.begin(), completed_.end(), [&](const Completed& whole) {
        return whole.key == key && begin + bytes.size() <= whole.bytes.size() && !bytes.empty()
               && std::memcmp(whole.bytes.data() + begin, bytes.data(), bytes.size()) == 0;
    });
}

void FragmentTable::give_up(Place place)
{
    memory_ -= memory_of(*place);
    waiting_ -= place->fragments;
    lost_ += place->fragments;
    by_key_.erase(place->key);
    by_age_.erase(place);
}

void FragmentTable::evict_oldest(Cap cap)
{
    if (!by_age_.front().discarded) {
        caps_.reached(cap);
    }
    give_up(by_age_.begin());
}

void FragmentTable::expire(Timestamp now)
{
    while (!by_age_.empty() && is_over(by_age_.front().first_seen, now)) {
        give_up(by_age_.begin());
    }
}

FragmentTable::Place FragmentTable::find_or_add(const Key& key, Timestamp now)
{
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        return found->second;
    }
    while (!by_age_.empty() && by_age_.size() >= caps_.limit(Cap::fragments)) {
        evict_oldest(Cap::fragments);
    }
    Pending& added = by_age_.emplace_back();
    added.key = key;
    added.first_seen = now;
    added.protocol = key.protocol;
    const Place place = std::prev(by_age_.end());
    by_key_.emplace(key, place);
    return place;
}

void FragmentTable::discard(Pending& pending)
{
    pending.discarded = true;
    std::vector<std::uint8_t>().swap(pending.bytes); // gives the memory back, which clear() would not
    std::vector<Run>().swap(pending.runs);
    lost_ += pending.fragments;
    waiting_ -= pending.fragments;
    pending.fragments = 0;
}

void FragmentTable::fill(Pending& pending, std::uint32_t begin, std::uint32_t end, Bytes bytes)
{
    auto captured_end = begin;
    if (!bytes.empty()) {
        captured_end += static_cast<std::uint32_t>(bytes.size());
        if (pending.bytes.size() < captured_end) {
            pending.bytes.resize(captured_end);
        }
        std::memcpy(pending.bytes.data() + begin, bytes.data(), bytes.size());
    }
    const auto after = std::find_if(pending.runs.begin(), pending.runs.end(),
                                    [&](const Run& run) { return run.begin >= end; });
    auto added = pending.runs.insert(after, Run{begin, captured_end, end});
    const auto joins = [](const Run& left, const Run& right) {
        return left.end == right.begin && left.captured_end == left.end;
    };
    if (const auto next = std::next(added); next != pending.runs.end() && joins(*added, *next)) {
        added->captured_end = next->captured_end;
        added->end = next->end;
        pending.runs.erase(next);
    }
    if (added != pending.runs.begin() && joins(*std::prev(added), *added)) {
        std::prev(added)->captured_end = added->captured_end;
        std::prev(added)->end = added->end;
        pending.runs.erase(added);
    }
}

bool FragmentTable::insert(Pending& pending, const IpPacket& fragment)
{
    const Bytes bytes = fragment.payload.captured;
    const std::uint32_t begin = fragment.fragment_offset;
    const std::uint32_t end = begin + fragment.payload.length;
    const auto captured_end = static_cast<std::uint32_t>(begin + bytes.size());
    const std::uint32_t reached = pending.runs.empty() ? 0 : pending.runs.back().end;
    const bool beyond_end = pending.length && end > *pending.length;
    const bool another_end = fragment.more_fragments
                                 ? end == pending.length
                                 : reached > end || (pending.length && end < *pending.length);
    if (beyond_end || another_end) {
        return false;
    }

    // What is new: the parts of the fragment between the runs that are there.
    bool different = false;
    bool overlaps = false;
    std::vector<Run> fresh;
    std::uint32_t position = begin;
    for (const Run& run : pending.runs) {
        if (run.end <= begin || run.begin >= end) {
            continue;
        }
        overlaps = true;
        const std::uint32_t from = std::max(begin, run.begin);
        const std::uint32_t to = std::min(captured_end, run.captured_end);
        different =
            different || (to > from && differs(pending.bytes, from, to, bytes.data() + (from - begin)));
        if (run.begin > position) {
            fresh.push_back({position, 0, run.begin});
        }
        position = std::max(position, run.end);
    }
    if (position < end) {
        fresh.push_back({position, 0, end});
    }
    const bool adds = !fresh.empty();
    if (fragment.v6 && overlaps && (adds || different)) {
        return false;
    }
    for (const Run& part : fresh) {
        const std::uint32_t from = std::min(part.begin, captured_end);
        const std::uint32_t to = std::min(part.end, captured_end);
        fill(pending, part.begin, part.end, bytes.subspan(from - begin, to - from));
    }
    if (different) {
        ++lost_;
        --waiting_;
        --pending.fragments;
    }
    if (!fragment.more_fragments) {
        pending.length = end;
    }
    if (begin == 0 && fragment.v6 && adds) {
        pending.protocol = fragment.protocol;
    }
    return true;
}

bool FragmentTable::is_whole(const Pending& pending)
{
    std::uint32_t position = 0;
    for (const Run& run : pending.runs) {
        if (run.begin != position) {
            return false;
        }
        position = run.end;
    }
    return pending.length == position;
}

FragmentTable::Outcome FragmentTable::add(const IpPacket& fragment, Timestamp now, Whole& whole)
{
    const std::uint32_t length = fragment.payload.length;
    const std::uint32_t end_limit = fragment.v6 ? largest_v6 : largest_v4;
    if (length == 0 || (fragment.more_fragments && length % 8 != 0) || length > end_limit
        || fragment.fragment_offset + length > end_limit) {
        ++lost_;
        return Outcome::malformed;
    }
    expire(now);
    const std::uint8_t key_protocol = fragment.v6 ? std::uint8_t{0} : fragment.protocol;
    const Key key{fragment.source, fragment.destination, fragment.identification, key_protocol, fragment.v6};
    if (repeats_completed(key, fragment.fragment_offset, fragment.payload.captured)) {
        return Outcome::held;
    }
    if (caps_.limit(Cap::fragments) == 0) {
        caps_.reached(Cap::fragments);
        ++lost_;
        return Outcome::held;
    }

    const Place place = find_or_add(key, now);
    Pending& pending = *place;
    if (pending.discarded) {
        ++lost_;
        return Outcome::held;
    }
    ++pending.fragments;
    ++waiting_;
    memory_ -= memory_of(pending);
    if (!insert(pending, fragment)) {
        discard(pending);
        return Outcome::held;
    }
    if (is_whole(pending)) {
        whole.protocol = pending.protocol;
        const std::uint32_t captured = pending.runs.front().captured_end;
        Completed& kept = completed_[next_completed_];
        next_completed_ = (next_completed_ + 1) % completed_.size();
        kept.key = key;
        kept.bytes = std::move(pending.bytes);
        whole.payload = {Bytes(kept.bytes).first(captured), *pending.length};
        waiting_ -= pending.fragments;
        by_age_.erase(place);
        by_key_.erase(key);
        return Outcome::whole;
    }
    memory_ += memory_of(pending);
    while (memory_ > caps_.limit(Cap::fragment_bytes) && !by_age_.empty()) {
        evict_oldest(Cap::fragment_bytes);
    }
    return Outcome::held;
}

} // namespace wmclients::net
