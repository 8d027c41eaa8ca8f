#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/packet_source.hpp>
#include <wmclients/output/json.hpp>
#include <wmclients/session/analysis.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// One counter of `--stats`. The names are part of the JSON form; those of an event log are raw.
struct Counter {
    std::string name;
    std::uint64_t value = 0;
};

struct CounterGroup {
    std::string name;
    std::vector<Counter> counters;
};

/// All counters of a run.
std::vector<CounterGroup> gather(const wmclients::session::Analysis& analysis,
                                 const wmclients::capture::CaptureQuality& quality,
                                 const wmclients::Caps& caps);

/// Adds the caps that this run has reached to what a log says of the run that wrote it.
void add_caps_reached(std::vector<CounterGroup>& groups, const wmclients::Caps& caps);

/// The value of a counter; 0 if there is none of that name.
std::uint64_t counter(const std::vector<CounterGroup>& groups, std::string_view group, std::string_view name);

wmclients::Json stats_object(const std::vector<CounterGroup>& groups);

/// Reads what stats_object() made.
std::vector<CounterGroup> counters_from(const wmclients::Json& object);

/// The counters as a text for people; those that are zero are left out, but for the caps' group.
std::string stats_text(const std::vector<CounterGroup>& groups);

} // namespace cli
