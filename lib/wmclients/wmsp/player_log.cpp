#include <wmclients/wmsp/player_log.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace wmclients::wmsp {
namespace {

constexpr std::size_t most_fields = 256;

/// The "#Fields" line of a log file of Windows Media Services 4.1.
constexpr std::array<std::string_view, 44> line_fields{"c-ip",
                                                       "date",
                                                       "time",
                                                       "c-dns",
                                                       "cs-uri-stem",
                                                       "c-starttime",
                                                       "x-duration",
                                                       "c-rate",
                                                       "c-status",
                                                       "c-playerid",
                                                       "c-playerversion",
                                                       "c-playerlanguage",
                                                       "cs(User-Agent)",
                                                       "cs(Referer)",
                                                       "c-hostexe",
                                                       "c-hostexever",
                                                       "c-os",
                                                       "c-osversion",
                                                       "c-cpu",
                                                       "filelength",
                                                       "filesize",
                                                       "avgbandwidth",
                                                       "protocol",
                                                       "transport",
                                                       "audiocodec",
                                                       "videocodec",
                                                       "channelURL",
                                                       "sc-bytes",
                                                       "c-bytes",
                                                       "s-pkts-sent",
                                                       "c-pkts-received",
                                                       "c-pkts-lost-client",
                                                       "c-pkts-lost-net",
                                                       "c-pkts-lost-cont-net",
                                                       "c-resendreqs",
                                                       "c-pkts-recovered-ECC",
                                                       "c-pkts-recovered-resent",
                                                       "c-buffercount",
                                                       "c-totalbuffertime",
                                                       "c-quality",
                                                       "s-ip",
                                                       "s-dns",
                                                       "s-totalclients",
                                                       "s-cpu-util"};

/// The five entities that XML defines itself; anything else stays as it is.
std::string resolve_entities(std::string_view text)
{
    struct Entity {
        std::string_view name;
        char value;
    };

    constexpr std::array<Entity, 5> entities{
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
    std::string resolved;
    resolved.reserve(text.size());
    while (!text.empty()) {
        const auto* const entity =
            std::find_if(entities.begin(), entities.end(), [&](const Entity& candidate) {
                return text.substr(0, candidate.name.size()) == candidate.name;
            });
        resolved += entity == entities.end() ? text.front() : entity->value;
        text.remove_prefix(entity == entities.end() ? 1 : entity->name.size());
    }
    return resolved;
}

std::string_view trim_space(std::string_view text)
{
    const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// A tag's name: up to a space or a slash.
std::string_view name_of(std::string_view tag)
{
    return tag.substr(0, std::min(tag.find_first_of(" \t\r\n/"), tag.size()));
}

} // namespace

PlayerLog parse_xml_log(std::string_view body)
{
    PlayerLog log;
    std::string_view open; // the last tag, if it opened an element
    while (log.size() < most_fields) {
        const std::size_t begin = body.find('<');
        const std::size_t end = begin == std::string_view::npos ? begin : body.find('>', begin);
        if (end == std::string_view::npos) {
            break;
        }
        const std::string_view text = body.substr(0, begin); // what followed that
        const std::string_view tag = body.substr(begin + 1, end - begin - 1);
        body.remove_prefix(end + 1);
        if (!tag.empty() && tag.front() == '/') {
            if (!open.empty() && name_of(tag.substr(1)) == open) {
                log.emplace_back(open, resolve_entities(trim_space(text)));
            }
            open = {};
        } else if (!tag.empty() && tag.front() != '?' && tag.front() != '!') {
            open = tag.back() == '/' ? std::string_view{} : name_of(tag);
        }
    }
    return log;
}

PlayerLog parse_log_line(std::string_view line)
{
    PlayerLog log;
    line = trim_space(line);
    while (!line.empty() && log.size() < most_fields) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::size_t number = log.size();
        log.emplace_back(number < line_fields.size() ? std::string{line_fields[number]}
                                                     : "field" + std::to_string(number + 1),
                         line.substr(0, space));
        line.remove_prefix(space);
        line = trim_space(line);
    }
    return log;
}

} // namespace wmclients::wmsp
