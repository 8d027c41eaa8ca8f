#include "interfaces.hpp"

#include "commands.hpp"
#include "exit_code.hpp"
#include "option_kinds.hpp"
#include "output.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/capture/interfaces.hpp>
#include <wmclients/output/json.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <vector>

namespace cli {
namespace {

using namespace wmclients;

enum class InterfacesFormat { table, json };

std::string flags_of(const capture::Interface& one)
{
    std::vector<std::string> flags{one.up ? "up" : "down"};
    if (one.running) {
        flags.emplace_back("running");
    }
    if (one.loopback) {
        flags.emplace_back("loopback");
    }
    return fmt::format("{}", fmt::join(flags, ","));
}

Json to_json(const capture::Interface& one)
{
    Json object = Json::object();
    put_text(object, "name", one.name);
    put_text(object, "description", one.description);
    object["addresses"] = one.addresses;
    object["up"] = one.up;
    object["running"] = one.running;
    object["loopback"] = one.loopback;
    return object;
}

int run_interfaces(InterfacesFormat format)
{
    Output out;
    if (format == InterfacesFormat::json) {
        Json document = Json::object();
        document["schema_version"] = 1;
        document["interfaces"] = Json::array();
        for (const capture::Interface& one : value_or_exit(capture::list_interfaces())) {
            document["interfaces"].push_back(to_json(one));
        }
        out.line(dump(document));
    } else {
        const std::string text = interfaces_text();
        const std::size_t titles = text.find('\n') + 1;
        out.titles(text.substr(0, titles));
        out.line(text.substr(titles));
    }
    out.flush();
    return static_cast<int>(ExitCode::ok);
}

} // namespace

std::string interfaces_text()
{
    output::Table table{{{"INTERFACE"}, {"FLAGS"}, {"ADDRESSES"}, {"DESCRIPTION"}}};
    std::vector<std::vector<std::string>> rows;
    for (const capture::Interface& one : value_or_exit(capture::list_interfaces())) {
        const std::string addresses = fmt::format("{}", fmt::join(one.addresses, ", "));
        rows.push_back({printable(one.name), flags_of(one), addresses.empty() ? "-" : addresses,
                        one.description.empty() ? "-" : printable(one.description)});
        table.measure(rows.back());
    }
    std::string text = table.titles();
    for (const auto& row : rows) {
        text += table.line(row);
    }
    text.pop_back();
    return text;
}

void setup_interfaces(CLI::App& program, int& status)
{
    auto format = std::make_shared<InterfacesFormat>(InterfacesFormat::table);
    CLI::App* command = program.add_subcommand("interfaces", "The network interfaces that -i can capture on");
    add_choice<InterfacesFormat>(*command, "--format", *format,
                                 {{"table", InterfacesFormat::table}, {"json", InterfacesFormat::json}},
                                 "A table for people, or one JSON document");
    add_color_option(*command);
    command->footer(R"(
Examples:
  wmclients interfaces
  wmclients interfaces --format json | jq -r '.interfaces[] | select(.up) | .name')");
    command->callback([format, &status] { status = run_interfaces(*format); });
}

} // namespace cli
