#pragma once

#include <wmclients/base/time.hpp>
#include <wmclients/check/judgement.hpp>
#include <wmclients/check/model.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Parts of messages that many rules look at.
namespace wmclients::check {

/// Versions compare as numbers, part by part: 9.01 is 9.1, and 7.10 is not 7.1.
struct Version {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;

    friend auto operator<=>(const Version&, const Version&) = default;
};

/// The beginning of a User-Agent or Server field: "NSPlayer/9.0.0.2980".
struct Product {
    std::string_view name;
    std::optional<Version> version; ///< empty: none that can be read
    bool well_formed = false; ///< a slash, major.minor, and two build numbers or none (2.2.1.5, 2.2.1.8)

    /// Names compare without case.
    [[nodiscard]] bool is(std::string_view other) const;
};

Product parse_product(std::string_view field);

/// Of the User-Agent.
Product client_product(const Message& request);

/// Of the Server field.
Product server_product(const Message& response);

/// The version of the exchange's client; empty if its request was not captured or names none.
std::optional<Version> client_version(const Exchange& exchange);

/// The version of the exchange's server; empty if its response was not captured or names none.
std::optional<Version> server_version(const Exchange& exchange);

/// The product and version that the server named in an earlier response of the session; the latest.
std::optional<Product> server_heard_before(const Exchange& exchange);

/// How a session uses its connections (1.3, 3.1.4): in pipelined mode one carries everything.
enum class Mode : std::uint8_t { unknown, pipelined, not_pipelined };

/// What is known of it at this exchange: pipelined once pipeline-result=1 or version11-enabled=1 was seen in
/// the session; otherwise not, if nothing of the session lies before the capture.
Mode mode_of(const Exchange& exchange);

/// The Content-Type without its parameters; empty if there is none.
std::string_view media_type(const Message& message);

/// Whether the Supported field (2.2.1.7) lists "com.microsoft.wm.FEATURE".
bool supports(const Message& message, std::string_view feature);

/// A token's value, whichever Pragma line it stands on.
inline std::optional<std::string_view> token(const Message& message, std::string_view name)
{
    return message.pragmas.value(name);
}

/// Whether a token's value is just "1".
bool is_one(const Message& message, std::string_view name);

/// A number of decimal digits alone, at most 4294967295.
std::optional<std::uint32_t> to_uint32(std::string_view text);

/// 4xx and 5xx.
inline bool is_error(int status)
{
    return status >= 400 && status < 600;
}

/// 3xx.
inline bool is_redirect(int status)
{
    return status >= 300 && status < 400;
}

inline bool is_success(int status)
{
    return status >= 200 && status < 300;
}

/// A request with a WMSP User-Agent, a Pragma token of 2.2.1.4 beside no-cache, or a Content-Type of
/// 2.2.1.2.4 to 2.2.1.2.6.
bool has_wmsp_marks(const Message& request, const wmsp::Classified& type);

/// Why a rule on the absence of something cannot be decided: the message was not captured, or its head not
/// whole. Empty if it can.
std::optional<Judgement> cannot_see(const std::unique_ptr<Message>& message);

/// Why nothing can be said of the end of a message's body: not captured whole, or not to its end. Empty if it
/// was.
std::optional<Judgement> cannot_see_end(const Message& message);

/// "NAME: VALUE" of a field as it stood, or "no NAME".
std::string show_field(const Message& message, std::string_view name);

/// "NAME=VALUE" of a token, "NAME" of a bare one, or "no NAME".
std::string show_token(const Message& message, std::string_view name);

/// Whether a list "a, b, c" holds the item. Both compare without case.
bool in_list(std::string_view list, std::string_view item);

/// Whether the features token (2.2.1.4.8) names the feature.
bool has_feature(const Message& message, std::string_view feature);

/// Whether the request before this one on the connection, if there was one, was not captured.
bool begins_unseen(const Exchange& exchange);

/// Why packets right before a run of the exchange's body may not be known: a gap, or the body's beginning was
/// not captured. Empty if they are, or there are none.
std::optional<Judgement> cannot_see_before(const Exchange& exchange, const Run& run);

/// Whether the run before this one of the body lies right before it: no gap, and no bytes that are no packet.
inline bool adjacent(const Run& run)
{
    return !run.after_gap && !run.after_junk;
}

/// Whether the response made a new session (3.2.5.4, 3.2.5.6): it names a client-id that the request did not
/// have, or that takes the place of one unknown to the server. Unknown if the request was not captured whole.
std::optional<bool> makes_session(const Exchange& exchange);

/// "24 58" for the bytes that begin no packet.
std::string show_bytes(const Stray& stray);

/// Nothing of the session lies before the capture: its first connection was captured from the start, and its
/// first request has no client-id, which only an earlier reply can have given.
bool seen_from_start(const Session& session);

/// The stream's reply that was running on the exchange's connection when its request came, or null.
const Exchange* running_reply(const Exchange& exchange);

/// Whether a reply had ended when `at` came: by its length or zero chunk, or with its connection.
bool ended_before(const Exchange& exchange, const PacketRef& at);

/// The first `$` packet of that kind in a body, or null.
const Run* find_run(const Body& body, char id);

/// Whether a `$D` of the body begins after `at`.
bool data_after(const Body& body, const PacketRef& at);

/// Whole milliseconds.
inline std::int64_t to_ms(Duration duration)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

} // namespace wmclients::check
