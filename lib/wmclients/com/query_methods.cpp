#include <wmclients/com/query_methods.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace wmclients::com {
namespace {

constexpr std::uint32_t preset = 0xCDCD'CDCD;
constexpr char16_t filler = u'#';
constexpr std::size_t guard = 4;

/// No address, port or name is longer (RFC 1035: 255 octets); a wrong length must not take all memory.
constexpr std::uint32_t longest = 4096;

constexpr std::array<std::string_view, 3> names{"address", "port", "dns_name"};

std::string shown(const std::vector<char16_t>& buffer)
{
    std::string text;
    for (const char16_t unit : buffer) {
        if (unit == 0) {
            text += "\\0";
        } else if (unit >= 0x20 && unit < 0x7F) {
            text += static_cast<char>(unit);
        } else {
            text += fmt::format("\\u{:04x}", static_cast<unsigned>(unit));
        }
    }
    return text;
}

} // namespace

std::string hex(std::uint32_t value)
{
    return fmt::format("0x{:08X}", value);
}

std::string hex(Hresult result)
{
    return hex(static_cast<std::uint32_t>(result));
}

Json record_info(const QueryMethods& methods, const InfoCall& call)
{
    std::array<std::vector<char16_t>, 3> buffers;
    std::array<std::uint32_t, 3> lengths{};
    std::array<char16_t*, 3> at{};
    std::array<std::uint32_t*, 3> length_at{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const StringAsked& asked = call.strings[i];
        lengths[i] = asked.length;
        length_at[i] = asked.length_pointer ? &lengths[i] : nullptr;
        if (asked.buffer) {
            buffers[i].assign(std::min(asked.length, longest) + guard, filler);
            at[i] = buffers[i].data();
        }
    }
    Json observed = Json::object();
    observed["hresult"] = hex(
        methods.get_client_info(call.index, at[0], length_at[0], at[1], length_at[1], at[2], length_at[2]));
    for (std::size_t i = 0; i < names.size(); ++i) {
        observed[fmt::format("{}_length", names[i])] =
            call.strings[i].length_pointer ? Json(lengths[i]) : Json(nullptr);
        observed[fmt::format("{}_buffer", names[i])] =
            call.strings[i].buffer ? Json(shown(buffers[i])) : Json(nullptr);
    }
    return observed;
}

InfoCall exact_call(const QueryMethods& methods)
{
    std::array<std::uint32_t, 3> lengths{};
    methods.get_client_info(0, nullptr, lengths.data(), nullptr, &lengths[1], nullptr, &lengths[2]);
    InfoCall call;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        call.strings[i].length = std::min(lengths[i], longest);
    }
    return call;
}

Json record_count(const QueryMethods& methods, bool pointer)
{
    std::uint32_t count = preset;
    const Hresult result = methods.get_client_count(pointer ? &count : nullptr);
    return {{"hresult", hex(result)}, {"count", count == preset ? Json(hex(count)) : Json(count)}};
}

Json record_properties(const QueryMethods& methods, std::uint32_t index, bool pointer)
{
    ClientProperties properties{preset, preset};
    const Hresult result = methods.get_client_properties(index, pointer ? &properties : nullptr);
    return {{"hresult", hex(result)},
            {"ip_address", hex(properties.ip_address)},
            {"port", properties.port == preset ? Json(hex(properties.port)) : Json(properties.port)}};
}

} // namespace wmclients::com
