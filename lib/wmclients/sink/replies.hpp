#pragma once

#include <wmclients/sink/options.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients::sink {

/// Why a request is not served.
enum class Refusal : std::uint8_t {
    malformed,       ///< no HTTP, a head or body that is too long, a method that MS-WMSP does not have
    not_wmsp,        ///< the user agent is none of MS-WMSP 2.2.1.8: a browser, for instance
    denied,          ///< by the access lists
    wrong_path,      ///< by Paths::root
    not_streaming,   ///< no header yet, or the stream has ended
    full,            ///< as many clients as allowed are attached
    session_streams, ///< the client-id's session streams already (MS-WMSP 3.2.5.4, 3.2.5.6)
    unknown_session, ///< no client-id, or one that is not known (MS-WMSP 3.2.5.1)
};

/// The status of the reply. 400 for what is no MS-WMSP is a real sink's (nmap's fingerprints); 503 for a full
/// one is what an imitation says (Kagamin2); the rest is plain HTTP (RFC 9110, section 15).
int status_of(Refusal refusal);

/// A sentence for people.
std::string_view to_string(Refusal refusal);

/// The head of a reply, in the order of the fields of a real sink's (Rex/9.0.0.3265).
struct ReplyHead {
    int status = 200;
    bool version11 = false; ///< HTTP/1.1: the client said version11-enabled=1
    bool chunked = false;
    bool features = false;
    bool reset = false; ///< xResetStrm=1: the request's client-id was not known
    bool lists_methods = false;
    bool supported = false; ///< the client is of version 9.0 or later, and is told what the sink supports
    std::uint32_t client_id = 0;
    std::chrono::milliseconds timeout{
        0}; ///< how long a session is known without requests (MS-WMSP 2.2.1.4.29)
    std::string_view content_type;
    std::optional<std::size_t> content_length;
    std::optional<bool> keep_alive; ///< a Connection field that says so, or not
};

std::string to_text(const ReplyHead& head, std::string_view server_version);

} // namespace wmclients::sink
