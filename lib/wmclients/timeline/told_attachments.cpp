#include <wmclients/timeline/told_attachments.hpp>

#include <algorithm>
#include <cstddef>

namespace wmclients::timeline {

namespace {

/// An attachment is told of by 32, 37, 33 and 38.
constexpr std::size_t most_statuses = 4;

} // namespace

std::uint64_t ToldAttachments::number(const ClientTold& told, std::uint64_t status)
{
    using Kind = ClientTold::Kind;
    Attachment& latest = latest_[{told.port, told.client}];
    const auto& statuses = latest.statuses;
    const bool repeated = status == 0 || statuses.size() >= most_statuses
                          || std::find(statuses.begin(), statuses.end(), status) != statuses.end();
    const bool another = latest.number == 0 || (told.kind == Kind::connect && (latest.ended || repeated))
                         || (told.kind == Kind::disconnect && latest.ended && repeated);
    if (another) {
        latest = {++last_, false, {}};
    }
    if (told.kind != Kind::properties) {
        latest.statuses.push_back(status);
        latest.ended = told.kind == Kind::disconnect;
    }
    return latest.number;
}

} // namespace wmclients::timeline
