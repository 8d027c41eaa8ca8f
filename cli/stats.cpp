#include "stats.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cli {

std::vector<CounterGroup> gather(const wmclients::session::Analysis& analysis,
                                 const wmclients::capture::CaptureQuality& quality,
                                 const wmclients::Caps& caps)
{
    const auto& decode = analysis.dissector().decode_stats();
    const auto& streams = analysis.dissector().reassembly_stats();
    const auto& pass = analysis.dissector().stats();
    const auto& others = analysis.tracker().look_alikes();
    std::vector<CounterGroup> groups{
        {"capture",
         {{"packets", quality.packets},
          {"bytes", quality.bytes},
          {"cut_packets", quality.cut_packets},
          {"clock_steps_back", quality.clock_steps_back},
          {"dropped", quality.dropped},
          {"unknown_blocks", quality.unknown_blocks},
          {"kernel_dropped", quality.kernel_dropped},
          {"interface_dropped", quality.interface_dropped}}},
        {"decode",
         {{"segments", decode.segments},
          {"datagrams", decode.datagrams},
          {"other_protocols", decode.other_protocols},
          {"not_ip", decode.not_ip},
          {"unknown_link", decode.unknown_link},
          {"malformed", decode.malformed},
          {"fragments", decode.fragments},
          {"fragments_lost", decode.fragments_lost},
          {"tunnelled", decode.tunnelled},
          {"encrypted_frames", decode.encrypted_frames},
          {"aggregated_unread", decode.aggregated_unread}}},
        {"streams",
         {{"out_of_order", streams.out_of_order},
          {"retransmissions", streams.retransmissions},
          {"duplicates", streams.duplicates},
          {"keep_alives", streams.keep_alives},
          {"overlap_conflicts", streams.overlap_conflicts},
          {"gaps", streams.gaps},
          {"gap_bytes", streams.gap_bytes}}},
        {"connections",
         {{"connections", pass.connections},
          {"idle_connections", pass.idle_connections},
          {"invalid_resets", pass.invalid_resets},
          {"one_sided", pass.one_sided},
          {"unsynchronised_bytes", pass.unsynchronised_bytes}}},
        {"look_alikes",
         {{"rtsp", others.rtsp},
          {"dlna", others.dlna},
          {"push", others.push},
          {"mmst", others.mmst},
          {"redirects", others.redirects},
          {"not_framed", others.not_framed}}},
        {"caps_reached", {}},
    };
    for (const wmclients::CapInfo& info : wmclients::caps_table) {
        groups.back().counters.push_back({std::string{info.name}, caps.times_reached(info.cap)});
    }
    return groups;
}

void add_caps_reached(std::vector<CounterGroup>& groups, const wmclients::Caps& caps)
{
    constexpr std::string_view name = "caps_reached";
    for (const wmclients::CapInfo& info : wmclients::caps_table) {
        if (caps.times_reached(info.cap) == 0) {
            continue;
        }
        auto group =
            std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.name == name; });
        if (group == groups.end()) {
            group = groups.insert(groups.end(), {std::string{name}, {}});
        }
        auto& counters = group->counters;
        const auto known = std::find_if(counters.begin(), counters.end(),
                                        [&](const Counter& one) { return one.name == info.name; });
        if (known == counters.end()) {
            counters.push_back({std::string{info.name}, caps.times_reached(info.cap)});
        } else {
            known->value += caps.times_reached(info.cap);
        }
    }
}

std::uint64_t counter(const std::vector<CounterGroup>& groups, std::string_view group, std::string_view name)
{
    for (const CounterGroup& candidate : groups) {
        for (const Counter& value : candidate.counters) {
            if (candidate.name == group && value.name == name) {
                return value.value;
            }
        }
    }
    return 0;
}

wmclients::Json stats_object(const std::vector<CounterGroup>& groups)
{
    auto object = wmclients::Json::object();
    for (const CounterGroup& group : groups) {
        auto entry = wmclients::Json::object();
        for (const Counter& value : group.counters) {
            entry[value.name] = value.value;
        }
        object[group.name] = std::move(entry);
    }
    return object;
}

std::vector<CounterGroup> counters_from(const wmclients::Json& object)
{
    std::vector<CounterGroup> groups;
    for (const auto& [group, counters] : object.items()) {
        groups.push_back({group, {}});
        for (const auto& [name, value] : counters.items()) {
            groups.back().counters.push_back(
                {name, value.is_number_unsigned() ? value.get<std::uint64_t>() : 0});
        }
    }
    return groups;
}

std::string stats_text(const std::vector<CounterGroup>& groups)
{
    std::string text;
    for (const CounterGroup& group : groups) {
        std::string line;
        for (const Counter& value : group.counters) {
            if (value.value != 0) {
                line += fmt::format("  {} {}", wmclients::printable(value.name), value.value);
            }
        }
        text += fmt::format("{:<13}{}\n", wmclients::printable(group.name), line.empty() ? "  none" : line);
    }
    return text;
}

} // namespace cli
