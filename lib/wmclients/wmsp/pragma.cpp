#include <wmclients/base/text.hpp>
#include <wmclients/wmsp/pragma.hpp>

namespace wmclients::wmsp {
namespace {

PragmaToken split_token(std::string_view text, std::uint32_t line)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
        return {text, {}, text, line};
    }
    std::string_view value = trim(text.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    return {trim(text.substr(0, equals)), value, text, line};
}

} // namespace

Pragmas::Pragmas(const http::Head& head)
{
    std::uint32_t next_line = 0;
    const auto add = [&](std::string_view token, std::uint32_t line) {
        left_out_ = tokens_.size() >= head.most_fields();
        if (!left_out_) {
            tokens_.push_back(split_token(token, line));
        }
    };
    for (const http::Field& field : head.fields()) {
        if (!iequals(field.name, "Pragma")) {
            continue;
        }
        const std::uint32_t line = next_line++;
        if (istarts_with(field.value, "log-line=")) {
            add(field.value, line);
            continue;
        }
        std::size_t begin = 0;
        bool quoted = false;
        for (std::size_t at = 0; at <= field.value.size() && !left_out_; ++at) {
            if (at < field.value.size() && field.value[at] == '"') {
                quoted = !quoted;
            }
            if (at == field.value.size() || (field.value[at] == ',' && !quoted)) {
                const std::string_view token = trim(field.value.substr(begin, at - begin));
                if (!token.empty()) {
                    add(token, line);
                }
                begin = at + 1;
            }
        }
    }
}

std::optional<std::string_view> Pragmas::value(std::string_view name) const
{
    for (const PragmaToken& token : tokens_) {
        if (iequals(token.name, name)) {
            return token.value;
        }
    }
    return {};
}

bool Pragmas::is_one(std::string_view name) const
{
    const std::string_view text = value(name).value_or("");
    return !text.empty() && text[0] == '1' && (text.size() == 1 || text[1] < '0' || text[1] > '9');
}

} // namespace wmclients::wmsp
