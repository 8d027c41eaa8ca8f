#include "option_table.hpp"

#include "option_kinds.hpp"

#include <wmclients/base/json.hpp>

#include <cctype>
#include <utility>

namespace cli {
namespace {

using wmclients::Json;

/// "play|accept|request", "PORT|auto", "text|json[=FILE]": the words in small letters are to be written as
/// they are.
Json words_of(CLI::Option& option)
{
    Json words = Json::array();
    const std::string argument = option.get_type_name();
    for (const std::string& word : CLI::detail::split(argument.substr(0, argument.find("[=")), '|')) {
        if (!word.empty() && std::islower(static_cast<unsigned char>(word.front())) != 0) {
            words.push_back(word);
        }
    }
    if (words.empty()) {
        for (const std::string& word : suggested_words(option)) {
            words.push_back(word);
        }
    }
    return words;
}

Json option_object(CLI::Option& option)
{
    Json names = Json::array();
    for (const std::string& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    if (option.get_positional()) {
        names.push_back(option.get_name(true));
    }
    Json needs = Json::array();
    for (const CLI::Option* needed : option.get_needs()) {
        needs.push_back(needed->get_name());
    }
    const bool flag = option.get_items_expected_max() == 0;
    const bool many = option.get_expected_max() >= CLI::detail::expected_max_vector_size;
    Json object = Json::object();
    object["names"] = std::move(names);
    object["argument"] = flag ? std::string{} : option.get_type_name();
    object["words"] = flag ? Json::array() : words_of(option);
    object["default"] = flag ? std::string{} : option.get_default_str();
    object["description"] = option.get_description();
    object["group"] = option.get_group();
    object["needs"] = std::move(needs);
    object["required"] = option.get_required();
    object["repeats"] = many || option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return object;
}

Json command_object(CLI::App& command)
{
    Json options = Json::array();
    Json positionals = Json::array();
    for (CLI::Option* option : command.get_options([](const CLI::Option*) { return true; })) {
        if (!option->get_group().empty()) {
            (option->get_positional() ? positionals : options).push_back(option_object(*option));
        }
    }
    Json commands = Json::array();
    for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
        commands.push_back(command_object(*below));
    }
    Json object = Json::object();
    object["name"] = command.get_name();
    object["description"] = command.get_description();
    object["footer"] = command.get_footer();
    object["options"] = std::move(options);
    object["positionals"] = std::move(positionals);
    object["commands"] = std::move(commands);
    return object;
}

} // namespace

std::string option_table(CLI::App& program)
{
    return wmclients::dump(command_object(program), 1);
}

} // namespace cli
