#include <wmclients/base/text.hpp>
#include <wmclients/check/model.hpp>
#include <wmclients/check/parts.hpp>

#include <algorithm>

namespace wmclients::check {
namespace {

/// The earlier of two, if there is any.
std::optional<PacketRef> earlier(const std::optional<PacketRef>& left, const std::optional<PacketRef>& right)
{
    return !left || (right && right->number < left->number) ? right : left;
}

} // namespace

bool Body::has(char id) const
{
    return std::any_of(runs.begin(), runs.end(), [id](const Run& run) { return run.first.id == id; });
}

bool Exchange::answers_play() const
{
    using wmsp::RequestKind;
    if (is(RequestKind::play)) {
        return true;
    }
    const bool other = request && type.kind != RequestKind::describe && type.kind != RequestKind::other;
    if (other || status() != 200) {
        return false;
    }
    return body.has(wmsp::packet_id::data) || iequals(media_type(*response), "application/x-mms-framed");
}

bool Exchange::answers_stream() const
{
    const bool goes_on = is(wmsp::RequestKind::play_next_entry)
                         || (is(wmsp::RequestKind::select_stream) && body.has(wmsp::packet_id::data));
    return status() == 200 && (goes_on || answers_play());
}

bool Exchange::answers_describe() const
{
    return is(wmsp::RequestKind::describe) && response && !answers_play();
}

bool Exchange::foreign() const
{
    return request && !has_wmsp_marks(*request, type);
}

const Message* Exchange::client_supported() const
{
    return request && request->head.field("Supported") ? request.get() : past.client_supported;
}

const Message* Exchange::server_supported() const
{
    return response && response->head.field("Supported") ? response.get() : past.server_supported;
}

const Exchange* Connection::after(const Exchange& exchange) const
{
    return exchange.number + 1 < exchanges.size() ? exchanges[exchange.number + 1].get() : nullptr;
}

const Exchange* Connection::before(const Exchange& exchange) const
{
    return exchange.number > 0 ? exchanges[exchange.number - 1].get() : nullptr;
}

std::optional<PacketRef> Connection::closed_by_client() const
{
    return earlier(client_fin, client_rst);
}

std::optional<PacketRef> Connection::closed_by_server() const
{
    return earlier(server_fin, server_rst);
}

std::optional<PacketRef> Connection::closed() const
{
    return earlier(closed_by_client(), closed_by_server());
}

std::optional<bool> Connection::open_at(const PacketRef& at) const
{
    const auto closing = closed();
    if (closing && closing->number <= at.number) {
        return false;
    }
    return closing || !(client_gap || server_gap) ? std::optional{true} : std::nullopt;
}

} // namespace wmclients::check
