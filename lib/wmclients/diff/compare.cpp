#include <wmclients/diff/clock_offset.hpp>
#include <wmclients/diff/compare.hpp>
#include <wmclients/diff/expected_answers.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace wmclients::diff {
namespace {

Duration distance(Timestamp left, Timestamp right)
{
    return left < right ? right - left : left - right;
}

std::string text(MaybeTime time)
{
    return time ? to_rfc3339(*time) : std::string{"unknown"};
}

/// Compares two accounts; times of B are put on A's clock as soon as they are read.
class Comparison {
  public:
    Comparison(const Account& a, const Account& b, const Options& options) : a_(a), b_(b), options_(options)
    {
    }

    Result run()
    {
        if (options_.clock_offset) {
            result_.clock_offset = *options_.clock_offset;
        } else {
            const ClockOffset estimate = estimate_clock_offset(a_, b_);
            result_.clock_offset = estimate.offset;
            result_.offset_events = estimate.events;
        }
        pair_by_endpoint();
        pair_by_time();
        for (const Row* row : left_a_) {
            if (covered(*row, on_a(b_.begin), on_a(b_.end))) {
                add(What::only_a, *row, row->attached, to_string(row->client), "");
            } else {
                ++result_.outside_a;
            }
        }
        for (const Row* row : left_b_) {
            if (covered(moved(*row), a_.begin, a_.end)) {
                add(What::only_b, *row, on_a(row->attached), "", to_string(row->client));
            } else {
                ++result_.outside_b;
            }
        }
        compare_snapshots(a_, b_, result_.clock_offset, false);
        compare_snapshots(b_, a_, -result_.clock_offset, true);
        std::stable_sort(result_.differences.begin(), result_.differences.end(),
                         [](const Difference& left, const Difference& right) {
                             return std::pair{left.sink_port, left.at} < std::pair{right.sink_port, right.at};
                         });
        return std::move(result_);
    }

  private:
    using Key = std::pair<std::uint16_t, Endpoint>;
    using Rows = std::vector<const Row*>;

    [[nodiscard]] MaybeTime on_a(MaybeTime of_b) const
    {
        return of_b ? MaybeTime{*of_b - result_.clock_offset} : MaybeTime{};
    }

    [[nodiscard]] Row moved(const Row& of_b) const
    {
        Row row = of_b;
        row.attached = on_a(of_b.attached);
        row.detached = on_a(of_b.detached);
        return row;
    }

    /// Whether a client was there while the other account covers the time; what is unknown may have been.
    [[nodiscard]] bool covered(const Row& row, MaybeTime begin, MaybeTime end) const
    {
        const bool gone_before =
            begin && row.ended && row.detached && *row.detached < *begin + options_.tolerance;
        const bool came_after = end && row.attached && *row.attached > *end - options_.tolerance;
        return begin && end && !gone_before && !came_after;
    }

    void add(What what, const Row& row, MaybeTime at, std::string of_a, std::string of_b)
    {
        result_.differences.push_back(
            {what, row.sink_port, row.client, at, {}, std::move(of_a), std::move(of_b)});
    }

    /// How long both were attached at the same time; negative: how far apart they are. `other` is on A's
    /// clock. Unknown times are as far away as times can be.
    [[nodiscard]] static Duration overlap(const Row& row, const Row& other)
    {
        constexpr std::int64_t far = std::int64_t{1}
                                     << 40; // seconds; timestamp_from() holds it within bounds
        const auto begin_of = [](const Row& of) { return of.attached.value_or(timestamp_from(-far, 0)); };
        const auto end_of = [&](const Row& of) {
            const Timestamp end =
                of.ended ? of.detached.value_or(timestamp_from(far, 0)) : timestamp_from(far, 0);
            return std::max(end,
                            begin_of(of)); // a log whose clock was set back has an end before its beginning
        };
        return std::min(end_of(row), end_of(other)) - std::max(begin_of(row), begin_of(other));
    }

    void pair_by_endpoint()
    {
        std::map<Key, std::pair<Rows, Rows>> by_endpoint;
        for (const Row& row : a_.rows) {
            by_endpoint[{row.sink_port, row.client}].first.push_back(&row);
        }
        for (const Row& row : b_.rows) {
            by_endpoint[{row.sink_port, row.client}].second.push_back(&row);
        }
        for (auto& [key, rows] : by_endpoint) {
            for (const Row* row : rows.first) {
                const auto best =
                    std::max_element(rows.second.begin(), rows.second.end(), [&](const Row* x, const Row* y) {
                        return overlap(*row, moved(*x)) < overlap(*row, moved(*y));
                    });
                if (best == rows.second.end() || overlap(*row, moved(**best)) < -options_.tolerance) {
                    left_a_.push_back(row);
                    continue;
                }
                compare_pair(*row, **best);
                rows.second.erase(best);
            }
            left_b_.insert(left_b_.end(), rows.second.begin(), rows.second.end());
        }
    }

    [[nodiscard]] bool same_times(const Row& row, const Row& other) const
    {
        const bool attached =
            row.attached && other.attached && distance(*row.attached, *other.attached) <= options_.tolerance;
        const bool detached = row.ended == other.ended
                              && (!row.ended
                                  || (row.detached && other.detached
                                      && distance(*row.detached, *other.detached) <= options_.tolerance));
        return attached && detached;
    }

    /// Clients that are alone on both sides in coming and going at these times are one, under two endpoints:
    /// an address was translated between the two.
    void pair_by_time()
    {
        const auto twins = [&](const Row& row, const Rows& rows, bool of_b) {
            Rows found;
            for (const Row* other : rows) {
                const Row& left = of_b ? row : *other;
                const Row& right = of_b ? *other : row;
                if (other->sink_port == row.sink_port && same_times(left, moved(right))) {
                    found.push_back(other);
                }
            }
            return found;
        };
        constexpr std::size_t few = 2000; // each with each: no more than that
        if (left_a_.size() > few || left_b_.size() > few) {
            return;
        }
        std::set<const Row*> taken;
        for (const Row* row : left_a_) {
            const Rows of_b = twins(*row, left_b_, true);
            if (of_b.size() == 1 && twins(*of_b.front(), left_a_, false).size() == 1) {
                taken.insert({row, of_b.front()});
                add(What::endpoint, *row, row->attached, to_string(row->client),
                    to_string(of_b.front()->client));
                compare_pair(*row, *of_b.front());
            }
        }
        std::erase_if(left_a_, [&](const Row* row) { return taken.contains(row); });
        std::erase_if(left_b_, [&](const Row* row) { return taken.contains(row); });
    }

    void compare_pair(const Row& row, const Row& of_b)
    {
        ++result_.matched;
        const Row other = moved(of_b);
        // A capture of the stream alone has no names: an unknown one contradicts nobody.
        if (!row.dns_name.empty() && !other.dns_name.empty() && row.dns_name != other.dns_name) {
            add(What::dns_name, row, row.attached, row.dns_name, other.dns_name);
        }
        if (row.attached && other.attached && distance(*row.attached, *other.attached) > options_.tolerance) {
            add(What::attached_at, row, row.attached, text(row.attached), text(other.attached));
        }
        if (row.ended && other.ended) {
            if (row.detached && other.detached
                && distance(*row.detached, *other.detached) > options_.tolerance) {
                add(What::detached_at, row, row.detached, text(row.detached), text(other.detached));
            }
        } else if (row.ended != other.ended) {
            // An end that the other account is too short to have is no difference.
            const MaybeTime end = row.ended ? row.detached : other.detached;
            const MaybeTime last = row.ended ? on_a(b_.end) : a_.end;
            if (!end || !last || *end < *last - options_.tolerance) {
                add(What::detached_at, row, end, row.ended ? text(row.detached) : "attached",
                    other.ended ? text(other.detached) : "attached");
            }
        }
    }

    /// What `teller` recorded of the query methods, against what `other` would say. `offset` is the teller's
    /// clock minus the other's.
    void compare_snapshots(const Account& other, const Account& teller, Duration offset, bool a_told)
    {
        if (other.timeline == nullptr) {
            return;
        }
        for (const timeline::SnapshotTaken& told : teller.snapshots) {
            if (!told.when.time || !told.consistent || told.port == 0) {
                continue;
            }
            const Timestamp at = *told.when.time - offset;
            if (!other.begin || !other.end || at < *other.begin || at > *other.end) {
                continue;
            }
            ++result_.snapshots;
            const com::Answers answers = expected_answers(*other.timeline, told, at, options_.tolerance);
            const bool same = answers.count_result == told.count_result
                              && (failed(told.count_result) || answers.count == told.count)
                              && answers.clients == told.clients;
            if (!same) {
                add_snapshot(told, answers, a_told ? *told.when.time : at, a_told);
            }
        }
    }

    void add_snapshot(const timeline::SnapshotTaken& told, const com::Answers& answers, Timestamp at,
                      bool a_told)
    {
        const auto put = [&](std::string field, std::string said, std::string would) {
            Difference difference{What::snapshot,   told.port,      {}, at, std::move(field),
                                  std::move(would), std::move(said)};
            if (a_told) {
                std::swap(difference.a, difference.b);
            }
            result_.differences.push_back(std::move(difference));
        };
        const auto count = [](Hresult result, std::uint32_t value) {
            return failed(result) ? to_string(result) : fmt::format("{}", value);
        };
        if (told.count_result != answers.count_result || told.count != answers.count) {
            put("GetClientCount", count(told.count_result, told.count),
                count(answers.count_result, answers.count));
        }
        const auto properties = [](const timeline::ClientAnswer& client) {
            return failed(client.properties_result)
                       ? to_string(client.properties_result)
                       : fmt::format("0x{:08X}, {}", client.ip_address, client.port);
        };
        const auto info = [](const timeline::ClientAnswer& client) {
            return failed(client.info_result)
                       ? to_string(client.info_result)
                       : fmt::format("{}, {}, \"{}\"", client.address, client.port_text, client.dns_name);
        };
        for (std::size_t i = 0; i < std::min(told.clients.size(), answers.clients.size()); ++i) {
            if (properties(told.clients[i]) != properties(answers.clients[i])) {
                put(fmt::format("GetClientProperties({})", i), properties(told.clients[i]),
                    properties(answers.clients[i]));
            }
            if (info(told.clients[i]) != info(answers.clients[i])) {
                put(fmt::format("GetClientInfo({})", i), info(told.clients[i]), info(answers.clients[i]));
            }
        }
    }

    const Account& a_;
    const Account& b_;
    const Options& options_;
    Result result_;
    Rows left_a_;
    Rows left_b_;
};

} // namespace

std::string_view to_string(What what)
{
    switch (what) {
    case What::only_a:
        return "only_a";
    case What::only_b:
        return "only_b";
    case What::endpoint:
        return "endpoint";
    case What::dns_name:
        return "dns_name";
    case What::attached_at:
        return "attached_at";
    case What::detached_at:
        return "detached_at";
    case What::snapshot:
        break;
    }
    return "snapshot";
}

Result compare(const Account& a, const Account& b, const Options& options)
{
    return Comparison{a, b, options}.run();
}

} // namespace wmclients::diff
