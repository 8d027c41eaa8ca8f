#include <wmclients/extract/header_archive.hpp>

#include <algorithm>
#include <iterator>

namespace wmclients::extract {

const ArchivedHeader* find_header(const SinkHeaders& headers, std::uint64_t packet)
{
    const auto after =
        std::partition_point(headers.begin(), headers.end(),
                             [&](const ArchivedHeader* header) { return header->at.number <= packet; });
    if (after != headers.begin()) {
        return *std::prev(after);
    }
    return after == headers.end() ? nullptr : *after;
}

void HeaderArchive::asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref)
{
    const auto known = by_server_.find(connection.server);
    if (known != by_server_.end()) {
        const std::vector<std::uint8_t>& last = known->second.back().bytes;
        if (std::equal(last.begin(), last.end(), bytes.begin(), bytes.end())) {
            return;
        }
    }
    if (memory_.take(caps_, Cap::archived_headers, bytes.size())) {
        by_server_[connection.server].push_back({{bytes.begin(), bytes.end()}, ref, connection.client});
    }
}

SinkHeaders HeaderArchive::of(std::span<const Endpoint> servers) const
{
    SinkHeaders all;
    for (const Endpoint& server : servers) {
        const auto found = by_server_.find(server);
        if (found != by_server_.end()) {
            for (const ArchivedHeader& header : found->second) {
                all.push_back(&header);
            }
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const ArchivedHeader* left, const ArchivedHeader* right) {
        return left->at.number < right->at.number;
    });
    return all;
}

} // namespace wmclients::extract
