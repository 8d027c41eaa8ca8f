#pragma once

#include "output.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
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

/// `--color`, of what prints tables.
inline void add_color_option(CLI::App& app)
{
    add_choice<Color>(app, "--color", chosen_color(),
                      {{"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}},
                      "Bold and colours in tables; auto: on a terminal");
}

/// Refuses an empty value.
inline CLI::Validator not_empty()
{
    return CLI::Validator{[](const std::string& text) {
                              return text.empty() ? std::string{"an empty value makes no sense"}
                                                  : std::string{};
                          },
                          ""};
}

/// Leaves it out of `--help`, where the option's text says it.
inline CLI::Validator quiet(CLI::Validator validator)
{
    return validator.description("");
}

/// A number between two others. The option's text should say which.
template <typename Number>
CLI::Validator between(Number least, Number most)
{
    return quiet(CLI::Range(least, most));
}

constexpr const char* suggestion_mark = "suggests ";

/// Tells shells which words an option may have whose argument's name does not say it (see option_table.hpp).
/// It refuses none.
inline CLI::Validator suggest(const std::vector<std::string>& words)
{
    return CLI::Validator{[](const std::string&) { return std::string{}; }, ""}.name(
        suggestion_mark + CLI::detail::join(words, " "));
}

/// What suggest() was told.
inline std::vector<std::string> suggested_words(CLI::Option& option)
{
    try {
        for (int i = 0;; ++i) {
            const std::string& name = option.get_validator(i)->get_name();
            if (name.rfind(suggestion_mark, 0) == 0) {
                return CLI::detail::split(name.substr(std::string_view{suggestion_mark}.size()), ' ');
            }
        }
    } catch (const CLI::OptionNotFound&) { // there are no more validators
        return {};
    }
}

/// Makes seconds of "10", "10s", "5m", "1h", "2d".
inline CLI::Validator seconds_with_unit()
{
    return quiet(CLI::AsNumberWithUnit{
        std::map<std::string, double>{{"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86'400}}});
}

} // namespace cli
