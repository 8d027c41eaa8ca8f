#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

Judgement user_agent_present(const Exchange& exchange)
{
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    return pass_if(exchange.request->head.field("User-Agent").has_value(), "User-Agent", "no User-Agent");
}

bool is_wmsp_product(const Product& product)
{
    return product.is("NSPlayer") || product.is("NSServer") || product.is("WMCacheProxy");
}

Judgement user_agent_token(const Exchange& exchange)
{
    if (!exchange.request || !exchange.request->head.field("User-Agent")) {
        return not_applicable();
    }
    const Product product = client_product(*exchange.request);
    return pass_if(is_wmsp_product(product) && product.well_formed,
                   "NSPlayer, NSServer or WMCacheProxy, a slash and major.minor",
                   exchange.request->head.value("User-Agent"));
}

/// 2.2.1.8, with the versions that <46> adds.
bool known_client(const Product& product)
{
    constexpr std::array players{Version{6, 4}, Version{7, 0},  Version{7, 1},  Version{8, 0},
                                 Version{9, 0}, Version{10, 0}, Version{11, 0}, Version{12, 0}};
    constexpr std::array servers{Version{4, 0}, Version{4, 1}, Version{9, 0},
                                 Version{9, 1}, Version{9, 5}, Version{9, 6}};
    constexpr std::array proxies{Version{9, 0}, Version{9, 1}, Version{9, 5}, Version{9, 6}};
    const auto among = [&](const auto& versions) {
        return std::find(versions.begin(), versions.end(), *product.version) != versions.end();
    };
    return product.is("NSPlayer") ? among(players) : product.is("NSServer") ? among(servers) : among(proxies);
}

Judgement user_agent_version(const Exchange& exchange)
{
    if (user_agent_token(exchange).verdict != Verdict::pass) {
        return not_applicable();
    }
    return pass_if(known_client(client_product(*exchange.request)), "a version of the table of 2.2.1.8",
                   exchange.request->head.value("User-Agent"));
}

Judgement user_agent_via(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const http::Head& head = exchange.request->head;
    const std::string_view agent = head.value("User-Agent");
    const Product product = client_product(*exchange.request);
    if (!is_wmsp_product(product)) {
        return not_applicable();
    }
    const bool element = ifind(agent, "; via WMCacheProxy") != std::string_view::npos;
    if (!product.is("NSServer")) {
        return pass_if(!element, "; via WMCacheProxy under NSServer alone", agent);
    }
    if (element) {
        return pass();
    }
    if (token(*exchange.request, "proxy-client-agent") || head.field("X-Proxy-Client-Verb")) {
        return fail("; via WMCacheProxy, as the request is relayed", std::string{agent});
    }
    return head.field("Via") ? inconclusive(Missing::unknown, "only Via says that the request is relayed, "
                                                              "which any HTTP proxy on the way adds")
                             : pass();
}

Judgement proxy_via(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const http::Head& head = exchange.request->head;
    const bool relayed = ifind(head.value("User-Agent"), "; via WMCacheProxy") != std::string_view::npos
                         || token(*exchange.request, "proxy-client-agent")
                         || head.field("X-Proxy-Client-Verb");
    if (!relayed) {
        return not_applicable();
    }
    if (head.field("Via")) {
        return pass();
    }
    return cannot_see(exchange.request).value_or(fail("Via, as the request is relayed", "no Via"));
}

constexpr std::array http_user_agents_table{
    Rule{
        .id = "http.request.user-agent-present",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "Every request has a User-Agent.",
        .why =
            "A server knows by it that MS-WMSP is spoken, and in which version; without it the client gets "
            "an error or a playlist.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nPragma: xPlayStrm=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{user_agent_present},
    },
    Rule{
        .id = "http.request.user-agent-token",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.8, 3.1.3",
        .requirement = "The User-Agent starts with NSPlayer/, NSServer/ or WMCacheProxy/ and a major.minor "
                       "version.",
        .why = "A server takes any other client for a browser.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/9.1.0.3385
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/foobar
)",
        .disagreement = "K10: the grammar allows build numbers of four digits, its examples have five; any "
                        "length passes.",
        .decide = OfExchange{user_agent_token},
    },
    Rule{
        .id = "http.request.user-agent-version",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.3, 2.2.1.8, <46>",
        .requirement = "Product, major and minor form a combination that the version table lists.",
        .why = "Servers switch parts of the protocol on and off by these versions.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
)",
        .disagreement = "K10: the table of 2.2.1.8 lacks versions that <46> lists; both are taken.",
        .decide = OfExchange{user_agent_version},
    },
    Rule{
        .id = "http.request.user-agent-via",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "\"; via WMCacheProxy\" stands in the User-Agent of an NSServer that acts as a proxy "
                       "server, and in no other.",
        .why = "The server tells by it a relaying proxy from a distribution server.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSServer/9.1.0.3385; via WMCacheProxy
> Via: 1.1 cache
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514; via WMCacheProxy
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSServer/9.1.0.3385
> Via: 1.1 somebody
)",
        .decide = OfExchange{user_agent_via},
    },
    Rule{
        .id = "http.request.proxy-via",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "A relaying client adds Via.",
        .why = "Loops of proxies are found by it.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSServer/9.1.0.3385; via WMCacheProxy
> Via: 1.1 cache
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSServer/9.1.0.3385; via WMCacheProxy
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.1\r\nUser-Agent: NSServer/9.1.0.3385; via WMCacheProxy\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{proxy_via},
    },
};

} // namespace

std::span<const Rule> http_user_agents()
{
    return http_user_agents_table;
}

} // namespace wmclients::check::rules
