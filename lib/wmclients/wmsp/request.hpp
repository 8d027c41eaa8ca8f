#pragma once

#include <wmclients/http/head.hpp>
#include <wmclients/wmsp/pragma.hpp>

#include <cstdint>
#include <string_view>

namespace wmclients::wmsp {

/// The request types of MS-WMSP 2.2.2, and `other` for what is none of them.
enum class RequestKind : std::uint8_t {
    describe,
    get_content_info,
    keep_alive,
    log,
    pipeline,
    play,
    play_next_entry,
    select_stream,
    send_event,
    stop,
    other,
};

/// "Describe", "Play", … as the specification writes them; "other".
std::string_view to_string(RequestKind kind);

/// Traffic that resembles MS-WMSP and is not.
enum class LookAlike : std::uint8_t {
    none,
    rtsp,       ///< RTSP (WMServer/9, VLC)
    dlna,       ///< a DLNA renderer with an NSPlayer user agent (Media Foundation)
    push,       ///< an encoder that pushes to a server (MS-WMHTTP)
    mmst,       ///< MMS over TCP (MS-MMSP)
    redirect,   ///< a reply with an ASX or other text playlist
    not_framed, ///< says it is a media stream, but the body is not framed (`video/mpeg` under Server: Rex)
};

/// "RTSP", "DLNA", …
std::string_view to_string(LookAlike kind);

/// What a request is, by MS-WMSP 2.2.2 and the order of tests that real traffic asks for.
struct Classified {
    RequestKind kind = RequestKind::other;
    LookAlike look_alike = LookAlike::none;
    bool speaks_wmsp =
        false; ///< a WMSP user agent (2.2.1.8) or a token of 2.2.1.4 that plain HTTP does not have
};

Classified classify(const http::Head& request, const Pragmas& pragmas);

/// Whether the user agent is NSPlayer, NSServer or WMCacheProxy, with or without a version.
bool is_wmsp_agent(std::string_view user_agent);

/// Whether a Server field names Rex or Cougar with a version, after a slash or, as some do, a space
/// (2.2.1.5).
bool is_wmsp_server(std::string_view server);

} // namespace wmclients::wmsp
