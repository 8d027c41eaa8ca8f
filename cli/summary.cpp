#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

namespace cli {

using namespace wmclients;

namespace {

std::string describe_stream(const timeline::StreamInfo& stream)
{
    std::string text;
    const auto add = [&](const std::string& part) {
        if (!part.empty()) {
            text += (text.empty() ? "" : ", ") + part;
        }
    };
    if (!stream.title.empty()) {
        add("\"" + printable(stream.title) + "\""
            + (stream.author.empty() ? "" : " by " + printable(stream.author)));
    }
    for (const auto& track : stream.tracks) {
        std::string part = printable(track.type);
        if (!track.format.empty()) {
            part += " " + printable(track.format);
        }
        add(part);
    }
    if (stream.max_bitrate != 0) {
        add(output::human_rate(stream.max_bitrate));
    }
    return text;
}

} // namespace

void print_sink_heading(const Findings& findings, const timeline::Sink& sink, Output& out)
{
    std::string server;
    const timeline::StreamInfo* stream = nullptr;
    std::string others;
    for (const std::uint32_t index : sink.endpoints) {
        const timeline::SinkEndpoint& endpoint = findings.timeline.endpoints()[index];
        if (server.empty()) {
            server = printable(findings.timeline.text(endpoint.server));
        }
        if (stream == nullptr && endpoint.stream) {
            stream = &*endpoint.stream;
        }
        if (index != sink.endpoints.front()) {
            others += ", " + timeline::to_string(endpoint);
        }
    }
    std::string line = out.bold(printable(url_of(findings.timeline, sink))) + others;
    if (!server.empty()) {
        line += "  " + server;
    }
    out.line(line);
    if (stream != nullptr) {
        const std::string text = describe_stream(*stream);
        if (!text.empty()) {
            out.line(text);
        }
    }
}

void print_sink_summary(const Findings& findings, const timeline::Sink& sink, const TimeFormat& times,
                        Output& out)
{
    const std::size_t count = sink.clients.size();
    if (findings.at) {
        const Timestamp at = findings.at->packet != 0 ? findings.span.last.time : findings.at->time;
        out.line(findings.at->packet != 0 ? fmt::format("{} client{} attached after packet {}", count,
                                                        count == 1 ? "" : "s", findings.at->packet)
                                          : fmt::format("{} client{} attached at {}", count,
                                                        count == 1 ? "" : "s", times.full(at)));
        return;
    }
    if (findings.from_sockets()) {
        out.line(fmt::format("{} client{} attached at {}", count, count == 1 ? "" : "s",
                             times.full(findings.span.last.time)));
        return;
    }
    const timeline::Peak peak = peak_of(findings.timeline, sink.clients);
    std::string line = fmt::format("{} client{}", count, count == 1 ? "" : "s");
    if (peak.clients != 0) {
        line += fmt::format(", at most {} at once, {}", peak.clients,
                            peak.at ? "first at " + times.full(*peak.at) : "from before the capture on");
    }
    out.line(line);
}

bool is_trouble(timeline::EndReason reason)
{
    using timeline::EndReason;
    return reason == EndReason::client_rst || reason == EndReason::server_rst
           || reason == EndReason::server_fin || reason == EndReason::replaced || reason == EndReason::stalled
           || reason == EndReason::disconnect;
}

void print_rows(output::Table& table, const std::vector<std::vector<std::string>>& rows, Output& out)
{
    print_rows(
        table, rows.size(), [&](std::size_t row) { return rows[row]; }, out);
}

void print_rows(output::Table& table, std::size_t count,
                const std::function<std::vector<std::string>(std::size_t)>& cells, Output& out,
                const std::function<std::optional<std::size_t>(std::size_t)>& trouble)
{
    for (std::size_t row = 0; row < count; ++row) {
        table.measure(cells(row));
    }
    out.titles(table.titles());
    for (std::size_t row = 0; row < count; ++row) {
        const auto column = trouble ? trouble(row) : std::nullopt;
        out.write(table.line(cells(row), 0, out.mark(column.has_value(), column.value_or(0))));
    }
}

std::string quality_remark(const Findings& findings)
{
    if (findings.from_sockets()) {
        return findings.timeline.endpoints().empty()
                   ? ""
                   : "The socket table: every connection is a client (--attach-on accept). What was asked on "
                     "it, and "
                     "since when it\nis there, the table does not tell. Indexes are by address and port.";
    }
    std::string text;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
        }
    };
    const auto& counters = findings.counters;
    add(counter(counters, "capture", "cut_packets"), "packets cut by the snaplen");
    add(counter(counters, "capture", "dropped"), "packets dropped by the recorder");
    add(counter(counters, "capture", "kernel_dropped"), "packets dropped by the kernel (see -B)");
    add(counter(counters, "capture", "interface_dropped"), "packets dropped by the interface");
    add(counter(counters, "capture", "clock_steps_back"), "timestamps that went backwards");
    add(counter(counters, "streams", "duplicates"), "packets recorded twice");
    add(counter(counters, "streams", "gap_bytes"), "bytes of streams missing");
    add(counter(counters, "connections", "one_sided"), "connections seen from one side only");
    for (const CounterGroup& group : counters) {
        if (group.name == "caps_reached") {
            for (const Counter& cap : group.counters) {
                if (cap.value != 0) {
                    text += fmt::format("{}the cap {} was reached", text.empty() ? "" : ", ",
                                        printable(cap.name));
                }
            }
        }
    }
    return text.empty() ? text : "The capture: " + text + ".";
}

Json run_object(const Findings& findings, const SourceOptions& options)
{
    Json object = Json::object();
    object["schema_version"] = 1;
    object["attach_on"] = timeline::to_string(findings.policies().attach_on);
    object["detach_on"] = timeline::to_string(options.policies.detach_on);
    object["at"] =
        findings.at && findings.at->packet == 0 ? Json(to_rfc3339(findings.at->time)) : Json(nullptr);
    if (findings.at && findings.at->packet != 0) {
        object["at_packet"] = findings.at->packet;
    }
    object["complete"] = findings.complete;
    Json capture = Json::object();
    const bool any = findings.any() && !findings.from_sockets();
    capture["first_packet_at"] = any ? Json(to_rfc3339(findings.span.first.time)) : Json(nullptr);
    capture["last_packet_at"] = any ? Json(to_rfc3339(findings.span.last.time)) : Json(nullptr);
    capture["packets"] = findings.packets_counted ? Json(findings.span.packets) : Json(nullptr);
    if (!findings.interface.empty()) {
        capture["interface"] = repair_utf8(findings.interface);
        for (const char* const name : {"kernel_dropped", "interface_dropped"}) {
            capture[name] = counter(findings.counters, "capture", name);
        }
    }
    object["capture"] = std::move(capture);
    if (findings.from_sockets()) {
        object["sockets_read_at"] = to_rfc3339(findings.span.last.time);
    }
    return object;
}

} // namespace cli
