#pragma once

#include "live.hpp"
#include "times.hpp"

#include <wmclients/capture/open_sources.hpp>
#include <wmclients/session/analysis.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cli {

/// Adds an option that takes one of some words; the first is the default.
template <typename Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& target,
                        std::vector<std::pair<std::string, Value>> choices, const std::string& description)
{
    std::vector<std::string> words;
    words.reserve(choices.size());
    for (const auto& choice : choices) {
        words.push_back(choice.first);
    }
    const auto take = [choices, &target](const std::string& word) {
        for (const auto& choice : choices) {
            target = choice.first == word ? choice.second : target;
        }
    };
    std::string list;
    for (const std::string& word : words) {
        list += (list.empty() ? "" : "|") + word;
    }
    const std::string first = words.front();
    return app.add_option_function<std::string>(name, take, description)
        ->check(CLI::IsMember(words).description(""))
        ->type_name(list)
        ->default_str(first);
}

/// Refuses an empty value.
CLI::Validator not_empty();

/// The words of a list with commas; empty for an empty text.
std::vector<std::string> split_list(const std::string& text);

/// The options that every reading command has.
struct SourceOptions {
    std::vector<std::string> sources;
    std::string filter;
    std::string from;
    std::string to;
    std::string hosts;
    std::string events;        ///< an event log instead of sources
    bool events_go_on = false; ///< the log is still being written: it needs no last line
    LiveOptions live;          ///< an interface instead of sources
    std::string at;
    std::string sink;
    std::string port;
    wmclients::timeline::Policies policies;
    TimeStyle time = TimeStyle::utc;

    /// The options as the library takes them. Throw Exit with code 2 on what makes no sense.
    [[nodiscard]] wmclients::capture::OpenOptions open_options() const;
    [[nodiscard]] std::optional<wmclients::session::InstantRequest> instant() const;
    [[nodiscard]] wmclients::timeline::SinkSelection selection() const;
};

/// Which of them a command has.
struct SourceOptionSet {
    bool at = true;
    bool sink = true;
    bool policies = true;
    bool time = true;
    bool events = true; ///< an event log instead of captures
};

void add_source_options(CLI::App& app, SourceOptions& options, SourceOptionSet set = {});

} // namespace cli
