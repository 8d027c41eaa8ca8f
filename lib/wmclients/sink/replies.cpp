#include <wmclients/sink/replies.hpp>

namespace wmclients::sink {
namespace {

std::string_view reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 503:
        return "Service Unavailable";
    default:
        return "Bad Request";
    }
}

} // namespace

std::string_view to_string(RefuseWith policy)
{
    return policy == RefuseWith::close ? "close" : "status";
}

std::string_view to_string(Paths policy)
{
    return policy == Paths::any ? "any" : "root";
}

int status_of(Refusal refusal)
{
    switch (refusal) {
    case Refusal::denied:
        return 403;
    case Refusal::wrong_path:
    case Refusal::not_streaming:
        return 404;
    case Refusal::full:
        return 503;
    case Refusal::malformed:
    case Refusal::not_wmsp:
    case Refusal::session_streams:
    case Refusal::unknown_session:
        break;
    }
    return 400;
}

std::string_view to_string(Refusal refusal)
{
    switch (refusal) {
    case Refusal::not_wmsp:
        return "not a Windows Media player";
    case Refusal::denied:
        return "denied by the access lists";
    case Refusal::wrong_path:
        return "a path that is not served";
    case Refusal::not_streaming:
        return "nothing is being streamed";
    case Refusal::full:
        return "the sink is full";
    case Refusal::session_streams:
        return "the session of that client-id streams already";
    case Refusal::unknown_session:
        return "no client-id, or an unknown one";
    case Refusal::malformed:
        break;
    }
    return "not a request of MS-WMSP";
}

std::string to_text(const ReplyHead& head, std::string_view server_version)
{
    std::string text = head.version11 ? "HTTP/1.1 " : "HTTP/1.0 ";
    text += std::to_string(head.status);
    text += ' ';
    text += reason_phrase(head.status);
    text += "\r\nServer: Rex/";
    text += server_version;
    text += "\r\nCache-Control: no-cache\r\nPragma: no-cache\r\nPragma: client-id=";
    text += std::to_string(head.client_id);
    text += "\r\nPragma: timeout=" + std::to_string(head.timeout.count());
    if (head.reset) {
        text += "\r\nPragma: xResetStrm=1";
    }
    if (head.features) {
        text += "\r\nPragma: features=\"broadcast\"";
    }
    if (head.supported) {
        // SelectStream is served, and data follow a new header without waiting (MS-WMSP 2.2.1.7).
        text += "\r\nSupported: com.microsoft.wm.sswitch, com.microsoft.wm.predstrm";
    }
    if (head.lists_methods) {
        text += "\r\nPublic: OPTIONS, GET, POST\r\nAllow: OPTIONS, GET, POST";
    }
    if (!head.content_type.empty()) {
        text += "\r\nContent-Type: ";
        text += head.content_type;
    }
    if (head.chunked) {
        text += "\r\nTransfer-Encoding: chunked";
    }
    if (head.content_length) {
        text += "\r\nContent-Length: " + std::to_string(*head.content_length);
    }
    if (head.keep_alive) {
        text += *head.keep_alive ? "\r\nConnection: Keep-Alive" : "\r\nConnection: close";
    }
    text += "\r\n\r\n";
    return text;
}

} // namespace wmclients::sink
