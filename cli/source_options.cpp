#include "source_options.hpp"

#include "exit_code.hpp"
#include "option_kinds.hpp"
#include "platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cli {

using wmclients::capture::WindowEdge;
using wmclients::session::InstantRequest;
using wmclients::timeline::AttachOn;
using wmclients::timeline::DetachOn;

namespace {

std::optional<WindowEdge> window_edge(const std::string& text, const char* option)
{
    if (text.empty()) {
        return {};
    }
    const auto request = wmclients::session::parse_instant(text);
    if (request && request->kind == InstantRequest::Kind::time) {
        return request->time;
    }
    if (request && request->kind == InstantRequest::Kind::after_first) {
        return request->after;
    }
    throw Exit{ExitCode::usage,
               fmt::format("{} {}: not a time; write it as 2026-11-21T23:19:31.94Z, or as +SECONDS after "
                           "the first packet",
                           option, text)};
}

} // namespace

std::optional<std::uint16_t> parse_port(std::string_view text)
{
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || stop != text.data() + text.size() || value == 0
        || value > 65535) {
        return {};
    }
    return static_cast<std::uint16_t>(value);
}

std::vector<std::string> split_list(const std::string& text)
{
    std::vector<std::string> words;
    for (std::size_t begin = 0; !text.empty() && begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        words.push_back(text.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return words;
}

wmclients::capture::OpenOptions SourceOptions::open_options() const
{
    const auto first = window_edge(from, "--from");
    const auto last = window_edge(to, "--to");
    if (first && last && first->index() == last->index() && *last < *first) {
        throw Exit{ExitCode::usage,
                   fmt::format("--to {} is before --from {}: no packet can be in between", to, from)};
    }
    return {filter, first, last, InterruptGuard::interrupted};
}

std::optional<InstantRequest> SourceOptions::instant() const
{
    if (at.empty()) {
        return {};
    }
    const auto request = wmclients::session::parse_instant(at);
    if (!request) {
        throw Exit{
            ExitCode::usage,
            fmt::format(
                "--at {}: not an instant; write a time (2026-11-21T23:19:31.94Z), +SECONDS after the first "
                "packet, or packet:N",
                at)};
    }
    return request;
}

wmclients::timeline::SinkSelection SourceOptions::selection() const
{
    wmclients::timeline::SinkSelection selection;
    if (const std::string& text = port.empty() ? live.port : port; !text.empty()) {
        selection.port = parse_port(text);
        if (!selection.port) {
            throw Exit{ExitCode::usage, fmt::format("--port {}: not a port (1 to 65535)", text)};
        }
    }
    if (sink.empty()) {
        return selection;
    }
    if (sink.front() == ':') {
        selection.port = parse_port(std::string_view{sink}.substr(1));
        selection.unite_port = true;
        if (selection.port) {
            return selection;
        }
    } else if (const auto endpoint = wmclients::parse_endpoint(sink)) {
        selection.endpoint = endpoint;
        return selection;
    }
    throw Exit{ExitCode::usage, fmt::format("--sink {}: write ADDR:PORT, [IPV6]:PORT or :PORT", sink)};
}

void add_source_options(CLI::App& app, SourceOptions& options, SourceOptionSet set)
{
    if (set.sources) {
        app.add_option("SOURCE", options.sources,
                       fmt::format("Capture files ({}), folders of them, or - for standard input{}",
                                   capture_forms,
                                   set.this_machine && has_socket_table
                                       ? "; without any: this machine, now (see --sockets)"
                                       : ""));
    }
    if (set.events) {
        app.add_option("--events", options.events, "Read an event log instead of captures")
            ->check(not_empty())
            ->type_name("LOG");
    }
    if (set.sockets && has_socket_table) {
        app.add_option(
               "--sockets", options.sockets,
               "Who is attached to this machine's sinks now, from the kernel's socket table: a port, or "
               "auto for every `wmclients serve` (repeat for more); with -i: who was attached before the "
               "capture")
            ->type_name("PORT|auto")
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        options.this_machine = set.this_machine;
    }
    app.add_option("--filter", options.filter, std::string{filter_help})->type_name("BPF");
    if (set.sources) {
        app.add_option("--from", options.from, "Read only packets from this time on (RFC 3339, or +SECONDS)")
            ->check(not_empty())
            ->type_name("TIME");
        app.add_option("--to", options.to, "Read only packets up to this time")
            ->check(not_empty())
            ->type_name("TIME");
    }
    app.add_option("--hosts", options.hosts, "Take DNS names from this file, in the form of /etc/hosts")
        ->check(not_empty())
        ->type_name("FILE");
    if (set.at) {
        app.add_option("--at", options.at,
                       "The clients attached at an instant: a time, +SECONDS, or packet:N")
            ->check(not_empty())
            ->type_name("INSTANT");
    }
    if (set.sink) {
        app.add_option("--sink", options.sink,
                       "Only this sink: ADDR:PORT takes one endpoint alone, :PORT all of a port")
            ->check(not_empty())
            ->type_name("ADDR:PORT");
        app.add_option("--port", options.port, "Only sinks of this port")
            ->check(not_empty())
            ->type_name("PORT");
    }
    if (set.policies) {
        add_choice<AttachOn>(
            app, "--attach-on", options.policies.attach_on,
            {{"play", AttachOn::play}, {"accept", AttachOn::accept}, {"request", AttachOn::request}},
            "When a client counts as attached")
            ->each([&options](const std::string&) { options.attach_on_given = true; });
        add_choice<DetachOn>(
            app, "--detach-on", options.policies.detach_on,
            {{"end-of-stream", DetachOn::end_of_stream}, {"connection", DetachOn::connection}},
            "When a client counts as detached");
    }
    add_live_options(app, options.live, {!set.sink, !set.sources});
    if (set.time) {
        add_choice<TimeStyle>(app, "--time", options.time,
                              {{"utc", TimeStyle::utc},
                               {"local", TimeStyle::local},
                               {"relative", TimeStyle::relative},
                               {"epoch", TimeStyle::epoch}},
                              "How tables show times");
    }
    if (set.sources) {
        add_color_option(app);
    }
}

} // namespace cli
