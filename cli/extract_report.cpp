#include "extract_report.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

namespace cli {

using namespace wmclients;
using extract::Gaps;
using extract::StreamResult;

namespace {

std::string amount_of(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string file_line(const extract::AsfFileSummary& file, const std::string& client)
{
    std::string line = fmt::format("{}: {}: {}", file.name, client, amount_of(file.data_packets, "packet"));
    if (file.padding_packets != 0) {
        line += fmt::format(" and {} without payload", file.padding_packets);
    }
    line += fmt::format(", {} bytes, {}", file.bytes,
                        output::human_duration(static_cast<double>(file.duration_ms) / 1000));
    if (!file.finished_header) {
        line += "; its header is that of a live stream, since it cannot be changed any more";
    }
    return line;
}

/// Why there is no file.
std::string no_file(const Extracted& row)
{
    const StreamResult& result = *row.stream;
    if (!row.record.client.server_side_captured) {
        return "nothing that the sink sent was captured";
    }
    if (!result.problem.empty()) {
        return result.problem;
    }
    if (result.homeless_packets != 0) {
        return "no ASF header was captured, neither its own nor that of another client of this sink";
    }
    return result.damaged_packets + result.skipped_packets + result.cut_packets != 0
               ? "no packet was captured whole"
               : "it was sent no media";
}

std::vector<std::string> losses(const Extracted& row)
{
    const StreamResult& result = *row.stream;
    const std::string_view fate = row.gaps == Gaps::pad ? "padded" : "left out";
    std::vector<std::string> all;
    const auto add = [&](std::uint64_t count, std::string_view what, std::string_view which,
                         std::string_view became) {
        if (count != 0) {
            all.push_back(
                fmt::format("{}{}{}, {}", amount_of(count, what), which.empty() ? "" : " ", which, became));
        }
    };
    add(result.damaged_packets, "damaged packet", "", fate);
    add(result.skipped_packets, "packet", "passed over before the stream was known", fate);
    add(result.large_packets, "packet", "larger than the header allows", fate);
    add(result.cut_packets, "packet", "cut at the end", "left out");
    add(result.lost_packets, "packet", "that the sink did not send", fate);
    add(result.unpadded_packets, "packet", "too many to be padded", "left out");
    add(result.homeless_packets, "packet",
        result.problem.empty() ? "under another header" : "under a header that makes no file", "left out");
    if (!result.problem.empty()) {
        all.push_back(result.problem);
    }
    if (const std::uint64_t gaps = row.record.client.state.counters.gap_bytes; gaps != 0) {
        all.push_back(amount_of(gaps, "byte") + " of the stream not captured");
    }
    if (result.borrowed) {
        all.push_back(fmt::format("the first header is that of {} (packet:{}): its own was not captured",
                                  to_string(result.borrowed->client), result.borrowed->at.number));
    } else if (all.empty() && !row.exact()) {
        all.emplace_back("the beginning was not captured");
    }
    return all;
}

std::string packets_line(const extract::PickResult& result, const std::string& client)
{
    if (result.name.empty()) {
        return fmt::format("{}: no file: all of its packets came in fragments", client);
    }
    std::string line = fmt::format("{}: {}: {}, {} bytes", result.name, client,
                                   amount_of(result.packets, "packet"), result.bytes);
    if (result.fragmented_segments != 0) {
        line +=
            fmt::format("; {} in IP fragments left out", amount_of(result.fragmented_segments, "segment"));
    }
    if (result.other_links != 0) {
        line += fmt::format("; {} of another link type left out", amount_of(result.other_links, "packet"));
    }
    return line;
}

void put_packets(Json& object, const extract::PickResult& result)
{
    object["files"] = Json::array();
    if (!result.name.empty()) {
        Json entry = Json::object();
        put_text(entry, "name", result.name);
        entry["bytes"] = result.bytes;
        entry["packets"] = result.packets;
        object["files"].push_back(std::move(entry));
    }
    object["fragmented_segments"] = result.fragmented_segments;
    object["other_link_packets"] = result.other_links;
}

} // namespace

std::vector<std::string> extract_lines(const Extracted& row)
{
    const std::string client =
        fmt::format("client {} ({})", row.record.index, to_string(row.record.client.endpoint));
    if (row.stream == nullptr) {
        return {packets_line(*row.packets, client)};
    }
    if (row.stream->files.empty()) {
        return {fmt::format("{}: no file: {}", client, no_file(row))};
    }
    std::vector<std::string> lines;
    for (const auto& file : row.stream->files) {
        lines.push_back(file_line(file, client));
    }
    std::string last = row.exact() ? "exact" : "not exact";
    const char* separator = ": ";
    for (const std::string& loss : losses(row)) {
        last += separator + loss;
        separator = "; ";
    }
    if (lines.size() == 1) {
        lines.front() += "; " + last;
    } else {
        lines.push_back(fmt::format("{}: {}", client, last));
    }
    return lines;
}

Json extract_object(const Extracted& row)
{
    const auto& record = row.record;
    Json object = Json::object();
    object["sink_port"] = record.timeline.endpoints()[record.client.sink_endpoint].endpoint.port;
    object["index"] = record.index;
    object["address"] = to_string(record.client.endpoint.address);
    object["port"] = record.client.endpoint.port;
    object["exact"] = row.exact();
    if (row.stream == nullptr) {
        put_packets(object, *row.packets);
        return object;
    }
    const StreamResult& result = *row.stream;
    Json files = Json::array();
    for (const auto& file : result.files) {
        Json entry = Json::object();
        put_text(entry, "name", file.name);
        entry["bytes"] = file.bytes;
        entry["data_packets"] = file.data_packets;
        entry["padding_packets"] = file.padding_packets;
        entry["unread_packets"] = file.unread_packets;
        entry["duration_seconds"] = static_cast<double>(file.duration_ms) / 1000;
        entry["live_header"] = !file.finished_header;
        files.push_back(std::move(entry));
    }
    object["files"] = std::move(files);
    object["data_packets"] = result.data_packets;
    object["damaged_packets"] = result.damaged_packets;
    object["skipped_packets"] = result.skipped_packets;
    object["large_packets"] = result.large_packets;
    object["cut_packets"] = result.cut_packets;
    object["lost_packets"] = result.lost_packets;
    object["unpadded_packets"] = result.unpadded_packets;
    object["homeless_packets"] = result.homeless_packets;
    object["gap_bytes"] = record.client.state.counters.gap_bytes;
    Json header = nullptr;
    if (result.borrowed) {
        header = Json::object();
        header["address"] = to_string(result.borrowed->client.address);
        header["port"] = result.borrowed->client.port;
        header["packet"] = result.borrowed->at.number;
    }
    object["header_of"] = std::move(header);
    put_text(object, "problem", result.files.empty() ? no_file(row) : result.problem);
    return object;
}

} // namespace cli
