#include "metrics_option.hpp"

#include "exit_code.hpp"
#include "option_kinds.hpp"

#include <fmt/format.h>

#include <utility>

namespace cli {

void add_metrics_option(CLI::App& app, std::string& target)
{
    app.add_option("--metrics", target, "Answer Prometheus there, at /metrics; port 0 takes any free one")
        ->check(not_empty())
        ->type_name("ADDR:PORT");
}

std::unique_ptr<wmclients::live::MetricsServer> open_metrics(const std::string& where,
                                                             wmclients::live::MetricsServer::Text text)
{
    const auto endpoint = wmclients::parse_endpoint(where);
    if (!endpoint) {
        throw Exit{ExitCode::usage, fmt::format("--metrics {}: write ADDR:PORT or [IPV6]:PORT", where)};
    }
    return value_or_exit(wmclients::live::MetricsServer::open(*endpoint, std::move(text)));
}

} // namespace cli
