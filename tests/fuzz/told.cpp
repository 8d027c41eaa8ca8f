#include <wmclients/base/text.hpp>
#include <wmclients/com/answers.hpp>
#include <wmclients/com/snapshot.hpp>
#include <wmclients/output/client_record.hpp>
#include <wmclients/output/csv.hpp>
#include <wmclients/output/json.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <fuzz/targets.hpp>
#include <fuzz/told.hpp>

#include <algorithm>

namespace wmclients::fuzz {

Told::Told(timeline::Policies policies)
    : timeline_(policies, caps), writer_(timeline_, [this](std::string_view line) { (log_ += line) += '\n'; })
{
    timeline_.observe(writer_);
    events_.add(writer_);
    events_.add(timeline_);
    events_.add(told_);
}

Told::Told(timeline::Policies policies, std::string_view log) : Told(policies)
{
    timeline::EventLogReader reader{events_};
    bool begun = false;
    while (!log.empty()) {
        const std::size_t end = std::min(log.find('\n'), log.size());
        reader.line(log.substr(0, end));
        log.remove_prefix(std::min(end + 1, log.size()));
        if (!begun && !reader.header().is_null()) {
            begun = true;
            begin(get_text(reader.header(), "origin"));
        }
    }
    writer_.end(Json::object());
    begin_ = reader.first_seen();
    end_ = reader.last_seen();
}

std::string Told::rows() const
{
    std::string text;
    for (const timeline::Client& client : timeline_.clients()) {
        const output::ClientRecord record{timeline_, client, client.row, {}};
        for (const output::Field& field : output::client_fields()) {
            ((text += field.name) += '=') += output::plain_text(field.value(record)) += ' ';
        }
        text += '\n';
    }
    for (const timeline::Refusal& refusal : timeline_.refusals()) {
        text += to_string(refusal.client) + ' ' + to_string(refusal.server) + ' '
                + std::to_string(refusal.status) + ' ' + printable(timeline_.text(refusal.user_agent)) + '\n';
    }
    return text;
}

diff::Account Told::account() const
{
    diff::Account account = diff::account_of(timeline_, begin_, end_);
    account.snapshots = told_.snapshots;
    return account;
}

void Told::render() const
{
    std::vector<std::optional<timeline::Instant>> instants{{}};
    if (begin_ && end_) {
        instants.push_back(timeline::Instant{*begin_ + (*end_ - *begin_) / 2, 0});
        instants.push_back(timeline::Instant{*end_, 0});
    }
    for (const auto& at : instants) {
        for (const timeline::Sink& sink : timeline::list_sinks(timeline_, at, {})) {
            require_harmless(dump(output::sink_object(timeline_, sink)));
            require_harmless(printable(timeline::url_of(timeline_, sink)));
            std::uint64_t index = 0;
            for (const timeline::Client* const client : sink.clients) {
                const output::ClientRecord record{timeline_, *client, index++, at};
                require_harmless(dump(output::client_object(record)));
                for (const output::Field& field : output::client_fields()) {
                    require_harmless(output::plain_text(field.value(record)));
                    require_harmless(output::csv_value(field.value(record)));
                }
            }
            require(timeline::peak_of(timeline_, sink.clients).clients <= sink.clients.size(),
                    "no more are there at once than in all");
            if (at) {
                const com::Snapshot snapshot = com::snapshot_of(timeline_, sink, *at);
                require(snapshot.clients.size() == sink.clients.size(),
                        "an instant's list is what is asked of");
                com::answers_of(snapshot);
            }
        }
    }
}

void require_harmless(std::string_view text)
{
    require(is_utf8(text), "output is UTF-8");
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        const auto next = static_cast<std::uint8_t>(i + 1 < text.size() ? text[i + 1] : ' ');
        require((byte >= 0x20 || byte == '\n' || byte == '\r') && byte != 0x7F,
                "output has no controls (C0)");
        require(byte != 0xC2 || next >= 0xA0, "output has no controls (C1)");
    }
    for (const std::string_view bidi : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
                                        "\u2068", "\u2069", "\u200B", "\u200E", "\u200F", "\uFEFF"}) {
        require(text.find(bidi) == std::string_view::npos,
                "output has no invisible or bidirectional formatting");
    }
}

} // namespace wmclients::fuzz
