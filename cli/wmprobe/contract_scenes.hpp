#pragma once

#include "contract_report.hpp"

#include <array>
#include <string>
#include <string_view>

namespace probe {

/// A part of the contract, run in a process of its own: if the DLL hangs or crashes, the rest is not lost.
struct Scene {
    std::string_view name;
    void (*run)(Report& report, const std::string& dll);
};

void object_scene(Report& report, const std::string& dll);
void opening_scene(Report& report, const std::string& dll);
void writer_sink_scene(Report& report, const std::string& dll);
void stages_scene(Report& report, const std::string& dll);
void writer_scene(Report& report, const std::string& dll);
void queries_scene(Report& report, const std::string& dll);
void clients_scene(Report& report, const std::string& dll);
void refused_scene(Report& report, const std::string& dll);
void events_scene(Report& report, const std::string& dll);
void advise_scene(Report& report, const std::string& dll);
void access_scene(Report& report, const std::string& dll);

inline constexpr std::array scenes{
    Scene{"object", object_scene},   Scene{"opening", opening_scene}, Scene{"writer-sink", writer_sink_scene},
    Scene{"stages", stages_scene},   Scene{"writer", writer_scene},   Scene{"queries", queries_scene},
    Scene{"clients", clients_scene}, Scene{"refused", refused_scene}, Scene{"events", events_scene},
    Scene{"advise", advise_scene},   Scene{"access", access_scene},
};

} // namespace probe
