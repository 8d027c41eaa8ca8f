#include <wmclients/base/text.hpp>
#include <wmclients/wmsp/request.hpp>

#include <array>

namespace wmclients::wmsp {
namespace {

/// Tokens that only MS-WMSP has; `no-cache` and the like are plain HTTP.
constexpr std::array<std::string_view, 14> own_tokens{
    "xPlayStrm",       "xClientGUID",         "xPlayNextEntry", "xStopStrm",         "xKeepAliveInPause",
    "request-context", "stream-switch-entry", "stream-time",    "stream-offset",     "packet-num",
    "client-id",       "pipeline-request",    "log-line",       "proxy-client-agent"};

bool content_type_is(const http::Head& head, std::string_view type)
{
    const std::string_view value = head.value("Content-Type");
    return iequals(trim(value.substr(0, value.find(';'))), type);
}

RequestKind kind_of(const http::Head& request, const Pragmas& pragmas)
{
    const bool post = request.method() == "POST";
    if (request.method() == "OPTIONS") {
        return request.target() == "*" && pragmas.has("client-id") ? RequestKind::keep_alive
                                                                   : RequestKind::other;
    }
    if (request.method() != "GET" && !post) {
        return RequestKind::other;
    }
    if (post && content_type_is(request, "application/x-wms-getcontentinfo")) {
        return RequestKind::get_content_info;
    }
    if (post && content_type_is(request, "application/x-wms-LogStats")) {
        return RequestKind::log;
    }
    if (post && content_type_is(request, "application/x-wms-sendevent")) {
        return RequestKind::send_event;
    }
    if (pragmas.is_one("xPlayNextEntry")) {
        return RequestKind::play_next_entry;
    }
    if (pragmas.is_one("xPlayStrm")) {
        return RequestKind::play;
    }
    if (pragmas.is_one("pipeline-request")) {
        return RequestKind::pipeline;
    }
    if (pragmas.is_one("xStopStrm")) {
        return RequestKind::stop;
    }
    if (pragmas.is_one("xKeepAliveInPause")) {
        return RequestKind::keep_alive;
    }
    if (pragmas.has("log-line")) {
        return RequestKind::log;
    }
    if (pragmas.has("stream-switch-entry")) {
        return RequestKind::select_stream;
    }
    return post ? RequestKind::other : RequestKind::describe;
}

LookAlike look_alike_of(const http::Head& request)
{
    if (request.version().starts_with("RTSP/")) {
        return LookAlike::rtsp;
    }
    if (content_type_is(request, "application/x-wms-pushsetup")
        || content_type_is(request, "application/x-wms-pushstart")) {
        return LookAlike::push;
    }
    if (request.field("GetContentFeatures.DLNA.ORG") || request.field("transferMode.dlna.org")
        || istarts_with(request.value("Pragma"), "getIfoFileURI.dlna.org")) {
        return LookAlike::dlna;
    }
    return LookAlike::none;
}

} // namespace

std::string_view to_string(RequestKind kind)
{
    constexpr std::array<std::string_view, 11> names{
        "Describe",      "GetContentInfo", "KeepAlive", "Log",  "Pipeline", "Play",
        "PlayNextEntry", "SelectStream",   "SendEvent", "Stop", "other"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(LookAlike kind)
{
    constexpr std::array<std::string_view, 7> names{"none", "RTSP",     "DLNA",      "push",
                                                    "MMST", "redirect", "not framed"};
    return names[static_cast<std::size_t>(kind)];
}

bool is_wmsp_agent(std::string_view user_agent)
{
    for (const std::string_view name : {"NSPlayer", "NSServer", "WMCacheProxy"}) {
        if (istarts_with(user_agent, name)) {
            return user_agent.size() == name.size() || user_agent[name.size()] == '/'
                   || user_agent[name.size()] == ' ';
        }
    }
    return false;
}

bool is_wmsp_server(std::string_view server)
{
    for (const std::string_view name : {"Rex", "Cougar"}) {
        if (istarts_with(server, name) && server.size() > name.size() + 1) {
            const char separator = server[name.size()];
            const char digit = server[name.size() + 1];
            return (separator == '/' || separator == ' ') && digit >= '0' && digit <= '9';
        }
    }
    return false;
}

Classified classify(const http::Head& request, const Pragmas& pragmas)
{
    Classified result;
    result.look_alike = look_alike_of(request);
    if (result.look_alike != LookAlike::none || !request.is_http()) {
        return result;
    }
    result.speaks_wmsp = is_wmsp_agent(request.value("User-Agent"));
    for (const std::string_view token : own_tokens) {
        result.speaks_wmsp = result.speaks_wmsp || pragmas.has(token);
    }
    result.kind = kind_of(request, pragmas);
    const bool content_type_decides = result.kind == RequestKind::get_content_info
                                      || result.kind == RequestKind::log
                                      || result.kind == RequestKind::send_event;
    if (!result.speaks_wmsp && !content_type_decides) {
        result.kind = RequestKind::other;
    }
    result.speaks_wmsp = result.speaks_wmsp || content_type_decides;
    return result;
}

} // namespace wmclients::wmsp
