#pragma once

#include <wmclients/check/judgement.hpp>
#include <wmclients/check/model.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace wmclients::check {

/// How strictly the specification asks (RFC 2119). A rule of level MAY only records what was seen.
enum class Level : std::uint8_t { must, should, may };

/// "MUST", "SHOULD", "MAY".
std::string_view to_string(Level level);

/// Whom a rule binds.
enum class Side : std::uint8_t {
    client,
    server,
    both, ///< whoever sends the part
};

/// "client", "server", "both".
std::string_view to_string(Side side);

// What decides a rule. Each is asked for everything of its kind that comes up, and says not_applicable()
// where the rule does not speak of it.

/// Of a request and its response, once the capture has been read. Not asked for exchanges of foreign clients
/// (model.hpp) or servers that are none of MS-WMSP.
using OfExchange = Judgement (*)(const Exchange&);

/// Of the request and of the response of an exchange, each by itself; otherwise as OfExchange. For rules that
/// bind whoever sends the part.
struct OfMessage {
    Judgement (*decide)(const std::unique_ptr<Message>&);
};

/// As OfExchange, and of foreign clients, too.
struct OfAnyExchange {
    Judgement (*decide)(const Exchange&);
};

/// Of the body of a response, whoever asked for it: of foreign clients, if it came in `$` packets all the
/// same. Once the capture has been read.
struct OfBody {
    Judgement (*decide)(const Exchange&);
};

/// Of a `$` packet, at its end.
using OfPacket = Judgement (*)(const Packet&);

/// Of a server with all its sessions, once the capture has been read.
using OfServer = Judgement (*)(const Server&);

/// Traffic does not tell: the reason.
struct Undecidable {
    std::string_view why{};
};

/// One rule of MS-WMSP.
///
/// The examples are conversations as tests/support/README.md, "Dialogues", tells; `check --explain` shows
/// them, and the unit tests run them.
struct Rule {
    std::string_view id; ///< a stable slug, never reused
    Level level = Level::must;
    Side side = Side::client;
    std::string_view section{};      ///< of MS-WMSP; <nn> is a product note of its Appendix A
    std::string_view requirement{};  ///< one line
    std::string_view why{};          ///< what goes wrong otherwise, or what the specification says around it
    std::string_view passes{};       ///< an example
    std::string_view fails{};        ///< an example; empty for a rule that cannot fail
    std::string_view inconclusive{}; ///< an example; empty where there is hardly one
    std::string_view disagreement{}; ///< where the specification disagrees with itself; empty if it does not
    std::variant<Undecidable, OfExchange, OfMessage, OfAnyExchange, OfBody, OfPacket, OfServer> decide{};
};

/// All rules, by group of the specification: messages, tokens, then the exchanges in the order of a session,
/// then framing, ASF, sessions and times.
std::span<const Rule* const> all_rules();

/// The rule of that name, or null.
const Rule* find_rule(std::string_view id);

} // namespace wmclients::check
