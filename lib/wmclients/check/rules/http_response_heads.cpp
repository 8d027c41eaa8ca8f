#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement server_present(const Exchange& exchange)
{
    if (exchange.response && exchange.response->head.field("Server")) {
        return pass();
    }
    return cannot_see(exchange.response).value_or(fail("Server", "no Server"));
}

Judgement server_token(const Exchange& exchange)
{
    if (!exchange.response || !exchange.response->head.field("Server")) {
        return absent(exchange.response);
    }
    const Product product = server_product(*exchange.response);
    return pass_if((product.is("Cougar") || product.is("Rex")) && product.well_formed,
                   "Cougar or Rex, a slash and major.minor", exchange.response->head.value("Server"));
}

/// 2.2.1.5, with the versions that <43> adds.
bool known_server(const Product& product)
{
    constexpr std::array cougars{Version{4, 0}, Version{4, 1}, Version{9, 0},
                                 Version{9, 1}, Version{9, 5}, Version{9, 6}};
    constexpr std::array encoders{Version{4, 0}, Version{7, 0},  Version{7, 1},  Version{8, 0},
                                  Version{9, 0}, Version{10, 0}, Version{11, 0}, Version{12, 0}};
    const auto among = [&](const auto& versions) {
        return std::find(versions.begin(), versions.end(), *product.version) != versions.end();
    };
    return product.is("Rex") ? among(encoders) : among(cougars);
}

Judgement server_version_known(const Exchange& exchange)
{
    Judgement well_formed = server_token(exchange);
    if (well_formed.verdict != Verdict::pass) {
        return well_formed.verdict == Verdict::fail ? not_applicable() : std::move(well_formed);
    }
    return pass_if(known_server(server_product(*exchange.response)), "a version of the table of 2.2.1.5",
                   exchange.response->head.value("Server"));
}

Judgement server_role(const Exchange& exchange)
{
    const Role role = exchange.connection->server->role;
    if (role == Role::unknown) {
        return not_applicable();
    }
    if (!exchange.response || !exchange.response->head.field("Server")) {
        return absent(exchange.response);
    }
    const std::string_view expected = role == Role::encoder ? "Rex" : "Cougar";
    return pass_if(server_product(*exchange.response).is(expected), expected,
                   exchange.response->head.value("Server"));
}

/// Rules of their own speak of the 200 to a Describe or Play.
bool has_own_rules(const Exchange& exchange)
{
    return exchange.status() == 200 && (exchange.is(RequestKind::describe) || exchange.answers_play());
}

Judgement http_response_cache_control(const Exchange& exchange)
{
    if (has_own_rules(exchange)) {
        return not_applicable();
    }
    if (exchange.response && exchange.response->head.field("Cache-Control")) {
        return pass();
    }
    if (exchange.status() == 200 && !exchange.request) {
        return inconclusive(Missing::one_sided, "the request, which may be a Describe, was not captured");
    }
    return cannot_see(exchange.response).value_or(fail("Cache-Control", "no Cache-Control"));
}

Judgement cache_control_first(const Exchange& exchange)
{
    if (!exchange.response || !exchange.response->head.field("Cache-Control")) {
        return absent(exchange.response);
    }
    const std::string_view directives = exchange.response->head.value("Cache-Control");
    return pass_if(iequals(trim(directives.substr(0, directives.find(','))), "no-cache"), "no-cache first",
                   directives);
}

Judgement http_response_content_type(const Exchange& exchange)
{
    if (!exchange.request || exchange.request->head.method() != "GET" || has_own_rules(exchange)) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    const Message& response = *exchange.response;
    if (response.body_bytes == 0) {
        return cannot_see_end(response).value_or(not_applicable());
    }
    return pass_if(response.head.field("Content-Type").has_value(), "Content-Type", "no Content-Type");
}

constexpr std::array http_response_heads_table{
    Rule{
        .id = "http.response.server-present",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "Every response has a Server header.",
        .why = "The client chooses by its product and version which parts of the protocol it uses, and gives "
               "up without it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
<< $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{server_present},
    },
    Rule{
        .id = "http.response.server-token",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.5, 3.2.5.2",
        .requirement = "Server is Cougar or Rex, a slash, and a major.minor version.",
        .why = "Clients read the version behind the slash; behind a space it is another product.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200
< Server: Rex 7.1.0.3055
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .disagreement = "K10: the grammar allows build numbers of four digits, its examples have five; any "
                        "length passes.",
        .decide = OfExchange{server_token},
    },
    Rule{
        .id = "http.response.server-version",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.1.5, <43>",
        .requirement = "Product, major and minor form a combination that the version table lists.",
        .why = "Clients switch parts of the protocol on and off by these versions.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.01.01.3814
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/9.1.0.3841
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .disagreement = "K10: the table of 2.2.1.5 lacks versions that <43> lists; both are taken.",
        .decide = OfExchange{server_version_known},
    },
    Rule{
        .id = "http.response.server-role",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "A live encoder calls itself Rex, every other server Cougar.",
        .why =
            "Traffic does not tell what the server is: the rule is judged only where the user says it. The "
            "examples are of an encoder.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
)",
        .decide = OfExchange{server_role},
    },
    Rule{
        .id = "http.response.cache-control",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "Responses other than the 200 to Describe or Play carry Cache-Control.",
        .why =
            "A caching proxy that does not know MS-WMSP would give one client's answer to another. Describe "
            "and Play have rules of their own.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
< Cache-Control: no-cache
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 400 Bad Request\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n"
)",
        .disagreement = "K7: the grammars of all responses require Cache-Control, 3.2.5.2 says SHOULD; the "
                        "weaker is taken.",
        .decide = OfExchange{http_response_cache_control},
    },
    Rule{
        .id = "http.response.cache-control-first",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.1",
        .requirement = "Cache-Control begins with no-cache.",
        .why = "The directives that loosen it for caches that know MS-WMSP come behind it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Cache-Control: no-cache, x-wms-stream-type="broadcast"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Cache-Control: max-age=0, no-cache
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{cache_control_first},
    },
    Rule{
        .id = "http.response.content-type",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "A response to GET that has a body names its Content-Type.",
        .why =
            "The client tells by it packets from a text for people. The 200 to Describe and Play has rules "
            "of its own.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 404 Not Found
< Server: Rex/12.0.7600.16385
< Content-Type: text/html
<< "<p>Not found</p>" fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 404 Not Found
< Server: Rex/12.0.7600.16385
<< "<p>Not found</p>" fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 404 Not Found\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n<p>No</p>" fin
)",
        .decide = OfExchange{http_response_content_type},
    },
};

} // namespace

std::span<const Rule> http_response_heads()
{
    return http_response_heads_table;
}

} // namespace wmclients::check::rules
