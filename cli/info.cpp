#include "analysis.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "row_choice.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/com/snapshot.hpp>
#include <wmclients/output/client_record.hpp>
#include <wmclients/output/json.hpp>
#include <wmclients/output/table.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cli {
namespace {

using namespace wmclients;
using output::ClientRecord;
using session::ClientDetails;

struct InfoOptions {
    SourceOptions source;
    std::string index;
    bool json = false;
};

/// Everything about one client that the renderers show.
struct ShownClient {
    const Findings& findings;
    const timeline::Sink& sink;
    ClientRecord record;
    const ClientDetails* details = nullptr; ///< null if none were kept
    Hresult properties_result{};
    com::ClientProperties properties;
};

/// A display filter that finds the client's connection, ready to paste.
std::string tshark_filter(const ShownClient& client)
{
    const Endpoint& remote = client.record.client.endpoint;
    const timeline::ClientTimeline& timeline = client.findings.timeline;
    const std::uint16_t local_port = timeline.endpoints()[client.record.client.sink_endpoint].endpoint.port;
    const auto local = timeline.local_address_of(client.record.client);
    const char* const family = remote.address.is_v4() ? "ip" : "ipv6";
    const std::string at_sink = local ? fmt::format("{}.addr == {} && ", family, to_string(*local)) : "";
    return fmt::format("{}.addr == {} && {}tcp.port == {} && tcp.port == {}", family,
                       to_string(remote.address), at_sink, remote.port, local_port);
}

/// Eight heights, one character an interval.
std::string sparkline(const std::vector<std::uint64_t>& values)
{
    constexpr std::array<std::string_view, 9> bars{"\u2581", "\u2581", "\u2582", "\u2583", "\u2584",
                                                   "\u2585", "\u2586", "\u2587", "\u2588"};
    const std::uint64_t most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    std::string line;
    for (const std::uint64_t value : values) {
        line += value == 0 ? std::string_view{" "}
                           : bars[static_cast<std::size_t>((value * 8 + most - 1) / most)];
    }
    return line;
}

std::string_view reason_text(net::GapReason reason)
{
    switch (reason) {
    case net::GapReason::not_captured:
        return "not captured";
    case net::GapReason::cut:
        return "cut by the snaplen";
    case net::GapReason::cap:
        return "given up at a cap";
    case net::GapReason::unfilled:
        break;
    }
    return "still open at the end";
}

std::string_view certainty_text(timeline::LinkCertainty certainty)
{
    switch (certainty) {
    case timeline::LinkCertainty::client_id:
        return "certain: the Play repeats the client-id of its reply";
    case timeline::LinkCertainty::guid:
        return "likely: same address and same xClientGUID";
    case timeline::LinkCertainty::weak:
        return "weak: same address and player, shortly before";
    case timeline::LinkCertainty::none:
        break;
    }
    return "none";
}

Json to_object(const ShownClient& client)
{
    Json object = output::client_object(client.record);
    put_text(object, "host", client.findings.timeline.text(client.record.client.host));
    put_text(object, "target", client.findings.timeline.text(client.record.client.target));
    Json info = Json::object();
    info["network_address"] = to_string(client.record.client.endpoint.address);
    info["port"] = fmt::format("{}", client.record.client.endpoint.port);
    put_text(info, "dns_name", client.findings.timeline.text(client.record.name.text));
    object["get_client_info"] = std::move(info);
    Json properties = Json::object();
    const bool ok = !failed(client.properties_result);
    properties["hresult"] = fmt::format("0x{:08X}", static_cast<std::uint32_t>(client.properties_result));
    properties["name"] = std::string{hresult_name(client.properties_result)};
    properties["ip_address"] = ok ? Json(client.properties.ip_address) : Json(nullptr);
    properties["port"] = ok ? Json(client.properties.port) : Json(nullptr);
    object["get_client_properties"] = std::move(properties);
    const timeline::Client& row = client.record.client;
    Json describe = nullptr;
    if (row.describe_certainty != timeline::LinkCertainty::none) {
        describe = Json::object();
        describe["connection"] = row.describe_connection;
        describe["port"] = row.describe_port;
        describe["certainty"] = timeline::to_string(row.describe_certainty);
    }
    object["describe"] = std::move(describe);
    object["tshark_filter"] = tshark_filter(client);
    if (client.details == nullptr) {
        return object;
    }
    const ClientDetails& details = *client.details;
    put_text(object, "request_head", details.request_head);
    object["request_packet"] =
        details.request_at.number == 0 ? Json(nullptr) : Json(details.request_at.number);
    put_text(object, "response_head", details.response_head);
    object["response_packet"] =
        details.response_at.number == 0 ? Json(nullptr) : Json(details.response_at.number);
    object["gap_count"] = details.gap_count;
    object["gaps"] = Json::array();
    for (const ClientDetails::Gap& gap : details.gaps) {
        Json entry = Json::object();
        entry["offset"] = gap.offset;
        entry["length"] = gap.length;
        entry["reason"] = std::string{reason_text(gap.reason)};
        entry["seen_at"] = to_rfc3339(gap.seen.time);
        entry["seen_packet"] = gap.seen.number;
        object["gaps"].push_back(std::move(entry));
    }
    Json rate = Json::object();
    rate["interval_seconds"] = std::chrono::duration<double>(details.rate.width()).count();
    rate["bytes"] = details.rate.bytes();
    object["rate"] = std::move(rate);
    return object;
}

class Page {
  public:
    Page(Output& out, TimeFormat times) : out_(out), times_(std::move(times)) {}

    void section(std::string_view title) { out_.line("\n" + out_.bold(title)); }

    void row(std::string_view name, const std::string& value)
    {
        out_.line(fmt::format("  {:<18} {}", name, value.empty() ? "-" : value));
    }

    void time(std::string_view name, MaybeTime time, const std::string& remark = {})
    {
        row(name, (time ? times_.full(*time) : "unknown") + remark);
    }

    void head(std::string_view text)
    {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            std::string_view line = text.substr(0, end);
            if (!line.empty() && line.back() == '\r') {
                line.remove_suffix(1);
            }
            if (!line.empty()) {
                out_.line("    " + printable(line));
            }
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
    }

  private:
    Output& out_;
    TimeFormat times_;
};

void print_identity(const ShownClient& client, Page& page)
{
    const timeline::ClientTimeline& timeline = client.findings.timeline;
    const timeline::Client& row = client.record.client;
    const std::string name = printable(timeline.text(client.record.name.text));
    page.section("GetClientInfo");
    page.row("network address", to_string(row.endpoint.address));
    page.row("port", fmt::format("{}", row.endpoint.port));
    page.row("DNS name", name.empty()
                             ? "(empty)"
                             : fmt::format("{} (from {})", name, dns::to_string(client.record.name.source)));
    page.section("GetClientProperties");
    if (failed(client.properties_result)) {
        page.row("result", to_string(client.properties_result) + ": an IPv6 address does not fit a DWORD");
    } else {
        page.row("dwIPAddress", fmt::format("{0} (0x{0:08X})", client.properties.ip_address));
        page.row("dwPort", fmt::format("{0} (0x{0:08X})", client.properties.port));
    }
    page.section("Client");
    const auto text = [&](timeline::TextId id) { return printable(timeline.text(id)); };
    page.row("player", text(row.user_agent));
    page.row("client-id", text(row.client_id));
    page.row("xClientGUID", text(row.client_guid));
    page.row("asked for", text(row.target));
    page.row("Host", text(row.host));
    if (row.via != timeline::TextId::none || row.proxy_client_agent != timeline::TextId::none
        || row.forwarded_for != timeline::TextId::none) {
        page.row("Via", text(row.via));
        page.row("proxy-client-agent", text(row.proxy_client_agent));
        page.row("X-Forwarded-For", text(row.forwarded_for));
    }
}

/// What the socket table says; of what it cannot know there is no section.
void print_socket(const timeline::SocketFacts& socket, Page& page)
{
    page.section("Socket");
    page.row("local address", to_string(socket.local_address));
    page.row("tcp_state", std::string{timeline::to_string(socket.state)});
    page.row("process", printable(socket.process));
    for (const timeline::SocketNumber& number : timeline::socket_numbers) {
        const auto& value = socket.*number.member;
        page.row(number.name, value ? fmt::format("{}", *value) : "unknown");
    }
}

void print_course(const ShownClient& client, Page& page)
{
    const ClientRecord& record = client.record;
    const timeline::Client& row = record.client;
    page.section("Course");
    const bool before = !row.attached.time && record.timed();
    page.time("attached", record.timed() ? row.attached.time : MaybeTime{},
              before               ? " (before the capture began)"
              : row.attached_exact ? ""
                                   : " (or earlier: the reply's first byte was not captured)");
    if (!record.attached()) {
        page.time("detached", record.timed() ? record.detach.when.time : MaybeTime{},
                  fmt::format(" ({})", timeline::to_string(record.detach.reason)));
    } else {
        page.row("detached", "no");
    }
    if (row.tracking_end != timeline::TrackingEnd::none) {
        page.row("no longer followed", std::string{timeline::to_string(row.tracking_end)});
    }
    page.time("last ACK", record.state.last_ack_at);
    if (row.describe_certainty != timeline::LinkCertainty::none) {
        page.row("Describe", fmt::format("from port {}, its connection {} ({})", row.describe_port,
                                         row.describe_connection, certainty_text(row.describe_certainty)));
    } else {
        page.row("Describe", "none on another connection that fits");
    }
    page.section(record.state.counters.exact || !record.counted()
                     ? "Counters"
                     : "Counters (lower bounds: bytes are missing)");
    for (const char* const name : {"header_packets", "data_packets", "cut_packets", "damaged_packets",
                                   "lost_packets", "media_bytes", "gap_bytes", "unacked_bytes"}) {
        const std::string value = output::plain_text(output::find_client_field(name)->value(record));
        page.row(name, value.empty() ? "unknown" : value);
    }
}

void print_details(const ShownClient& client, Page& page)
{
    const ClientDetails& details = *client.details;
    const auto rate = details.rate.bytes();
    if (!rate.empty()) {
        const double seconds = std::chrono::duration<double>(details.rate.width()).count();
        const std::uint64_t most = *std::max_element(rate.begin(), rate.end());
        page.section("Rate");
        page.row(fmt::format("{} s a column", seconds), sparkline(rate));
        page.row("highest", output::human_rate(static_cast<double>(most) * 8 / seconds));
    }
    if (details.gap_count != 0) {
        page.section("Gaps");
        for (const ClientDetails::Gap& gap : details.gaps) {
            page.row(
                fmt::format("at byte {}", gap.offset),
                fmt::format("{} bytes, {}, packet:{}", gap.length, reason_text(gap.reason), gap.seen.number));
        }
        if (details.gap_count > details.gaps.size()) {
            page.row("and", fmt::format("{} more", details.gap_count - details.gaps.size()));
        }
    }
    page.section(details.request_head.empty()
                     ? "Request: not captured"
                     : fmt::format("Request (packet:{})", details.request_at.number));
    page.head(details.request_head);
    page.section(details.response_head.empty()
                     ? "Reply: not captured"
                     : fmt::format("Reply (packet:{})", details.response_at.number));
    page.head(details.response_head);
}

void print_page(const ShownClient& client, const InfoOptions& options, Output& out)
{
    Page page{out, TimeFormat{options.source.time, client.findings.span.first.time}};
    const std::string url = printable(url_of(client.findings.timeline, client.sink));
    const timeline::SocketFacts* const socket = client.findings.timeline.socket_of(client.record.client);
    out.line(socket != nullptr
                 ? fmt::format("Client {} of the {} attached to {} at {}", client.record.index,
                               client.sink.clients.size(), url,
                               TimeFormat{options.source.time, client.findings.span.first.time}.full(
                                   client.findings.span.last.time))
             : client.findings.at
                 ? fmt::format("Client {} of the {} attached to {} at the instant", client.record.index,
                               client.sink.clients.size(), url)
                 : fmt::format("Client {} of {} in the list of {} (a row of the list, not of an instant)",
                               client.record.index, client.sink.clients.size(), url));
    print_identity(client, page);
    if (socket != nullptr) {
        print_socket(*socket, page);
    } else {
        print_course(client, page);
    }
    if (client.details != nullptr) {
        print_details(client, page);
    }
    page.section("In tshark");
    out.line("  tshark -r FILE -Y '" + tshark_filter(client) + "'");
}

int run_info(const InfoOptions& options)
{
    const std::uint32_t index = parse_index(options.index);
    Wanted wanted;
    wanted.details = true;
    const auto findings = analyse(options.source, wanted);
    const timeline::Sink sink = the_sink(*findings, options.source);
    const timeline::Client& row = row_or_exit(*findings, sink, index);
    ShownClient client{*findings,
                       sink,
                       record_of(*findings, sink, index),
                       findings->details.find(row.connection, row.ordinal),
                       {},
                       {}};
    const com::ClientConnections object{com::snapshot_of(findings->timeline, row, findings->at)};
    client.properties_result = object.get_client_properties(0, &client.properties);
    Output out;
    if (options.json) {
        Json document = run_object(*findings, options.source);
        document["sink"] = output::sink_object(findings->timeline, sink);
        document["client"] = to_object(client);
        out.line(dump(document));
    } else {
        print_page(client, options, out);
    }
    out.flush();
    return static_cast<int>(findings->exit_code());
}

} // namespace

void setup_info(CLI::App& program, int& status)
{
    auto options = std::make_shared<InfoOptions>();
    CLI::App* command = program.add_subcommand("info", "Everything that is known of one client");
    add_index_option(*command, options->index)->required();
    SourceOptionSet set;
    set.sockets = set.this_machine = true;
    add_source_options(*command, options->source, set);
    command->add_flag("--json", options->json, "Print a JSON document");
    command->footer(std::string{R"(
Examples:
  wmclients info --index 2 captures/vlc-mixed
  wmclients info --index 0 --at +12.5 capture.pcap
  wmclients info --index 0 --json capture.pcap | jq .client.get_client_info)"}
                        .append(info_sockets_examples));
    command->callback([options, &status] { status = run_info(*options); });
}

} // namespace cli
