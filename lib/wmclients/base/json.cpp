#include <wmclients/base/base64.hpp>
#include <wmclients/base/json.hpp>
#include <wmclients/base/text.hpp>

namespace wmclients {
namespace {

const Json* find(const Json& object, std::string_view name)
{
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(std::string{name});
    return found == object.end() ? nullptr : &*found;
}

} // namespace

void put_text(Json& object, std::string_view name, std::string_view raw)
{
    const std::string key{name};
    if (raw.empty()) {
        object[key] = nullptr;
    } else if (is_utf8(raw)) {
        object[key] = std::string{raw};
    } else {
        object[key] = repair_utf8(raw);
        object[key + "_raw"] = base64(raw);
    }
}

std::string get_text(const Json& object, std::string_view name)
{
    const Json* const raw = find(object, std::string{name} + "_raw");
    if (raw != nullptr && raw->is_string()) {
        if (auto bytes = from_base64(raw->get_ref<const std::string&>())) {
            return std::move(*bytes);
        }
    }
    const Json* const text = find(object, name);
    return text != nullptr && text->is_string() ? text->get<std::string>() : std::string{};
}

Json time_or_null(MaybeTime time)
{
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

MaybeTime get_time(const Json& object, std::string_view name)
{
    const Json* const value = find(object, name);
    return value != nullptr && value->is_string() ? parse_rfc3339(value->get_ref<const std::string&>())
                                                  : MaybeTime{};
}

std::uint64_t get_number(const Json& object, std::string_view name, std::uint64_t otherwise)
{
    const Json* const value = find(object, name);
    return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : otherwise;
}

bool get_flag(const Json& object, std::string_view name, bool otherwise)
{
    const Json* const value = find(object, name);
    return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

std::string dump(const Json& value, int indent)
{
    std::string text = value.dump(indent, ' ', true, Json::error_handler_t::replace);
    // It stands in no other place of JSON than in a string.
    std::size_t at = text.find("##");
    if (at == std::string::npos) {
        return text;
    }
    std::string out;
    std::size_t copied = 0;
    for (; at != std::string::npos; at = text.find("##", copied)) {
        out.append(text, copied, at - copied).append("\\u0023");
        copied = at + 1;
    }
    return out.append(text, copied);
}

} // namespace wmclients
