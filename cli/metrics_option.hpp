#pragma once

#include <wmclients/live/metrics_server.hpp>

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace cli {

/// `--metrics ADDR:PORT`.
void add_metrics_option(CLI::App& app, std::string& target);

/// Listens there; answers nobody yet. Throws Exit if `where` is no endpoint, or nobody can listen there.
std::unique_ptr<wmclients::live::MetricsServer> open_metrics(const std::string& where,
                                                             wmclients::live::MetricsServer::Text text);

} // namespace cli
