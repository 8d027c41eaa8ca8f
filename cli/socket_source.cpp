#include "socket_source.hpp"

#include "platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace cli {
namespace {

/// The ports that are named; without a SOURCE also by --port and --sink.
std::set<std::uint16_t> named_ports(const SourceOptions& options)
{
    std::set<std::uint16_t> ports;
    for (const std::string& word : options.sockets) {
        if (word == SourceOptions::auto_sockets) {
            continue;
        }
        const auto port = parse_port(word);
        if (!port) {
            throw Exit{ExitCode::usage,
                       fmt::format("--sockets {}: neither a port (1 to 65535) nor auto", word)};
        }
        ports.insert(*port);
    }
    const auto selection = options.selection();
    if (options.sockets.empty() && selection.port) {
        ports.insert(*selection.port);
    } else if (options.sockets.empty() && selection.endpoint) {
        ports.insert(selection.endpoint->port);
    }
    return ports;
}

/// Whether the sinks that say that they run are wanted.
bool wants_running(const SourceOptions& options, const std::set<std::uint16_t>& ports)
{
    return options.sockets.empty()
               ? ports.empty()
               : std::find(options.sockets.begin(), options.sockets.end(), SourceOptions::auto_sockets)
                     != options.sockets.end();
}

void refuse_what_needs_packets(const SourceOptions& options)
{
    if (!options.sources.empty() || !options.events.empty()) {
        throw Exit{ExitCode::usage,
                   "--sockets excludes SOURCE and --events: it asks this machine, now, not a recording"};
    }
    if (!(options.filter + options.from + options.to + options.at).empty()) {
        throw Exit{ExitCode::usage,
                   "--filter, --from, --to and --at choose packets; the socket table has none, "
                   "and knows the present alone (name a SOURCE for the past)"};
    }
    if (options.attach_on_given && options.policies.attach_on != wmclients::timeline::AttachOn::accept) {
        throw Exit{ExitCode::usage,
                   fmt::format("--attach-on {}: the socket table cannot tell what was asked on a connection; "
                               "with it every connection is a client (--attach-on accept)",
                               to_string(options.policies.attach_on))};
    }
}

} // namespace

wmclients::live::SinkTable socket_table_of(const SourceOptions& options)
{
    const auto ports = named_ports(options);
    return value_or_exit(sinks_of_this_machine(ports, wants_running(options, ports)));
}

void read_sockets(const SourceOptions& options, wmclients::timeline::EventListener& listener,
                  Findings& findings)
{
    refuse_what_needs_packets(options);
    const wmclients::live::SinkTable table = socket_table_of(options);
    findings.origin = Findings::sockets_origin;
    findings.packets_counted = false;
    findings.span.first.time = findings.span.last.time = table.read_at;
    findings.counters = {{"sockets",
                          {{"listeners", table.listeners.size()},
                           {"attached", table.attached.size()},
                           {"detached", table.detached},
                           {"without_listener", table.without_listener}}}};
    tell(table, listener);
}

std::string no_listener_message(const SourceOptions& options)
{
    const auto ports = named_ports(options);
    if (ports.empty()) {
        return "no SOURCE, and no sink of this user runs here: name capture files, or the port of another "
               "program's sink with --port";
    }
    return fmt::format("nobody listens on port {} here", fmt::join(ports, " or "));
}

} // namespace cli
