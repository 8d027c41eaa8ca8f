#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;
namespace packet_id = wmsp::packet_id;

/// Packets of that kind have that PacketLength.
Judgement have_length(const Exchange& exchange, char id, std::uint16_t length)
{
    bool any = false;
    for (const Run& run : exchange.body.runs) {
        if (run.first.id != id) {
            continue;
        }
        any = true;
        if (run.first.length != length) {
            return fail(fmt::format("PacketLength {}", length),
                        fmt::format("PacketLength {}", run.first.length))
                .at(run.first.first, run.end);
        }
    }
    return any ? pass() : not_applicable();
}

Judgement c_length(const Exchange& exchange)
{
    return have_length(exchange, packet_id::new_header, 4);
}

Judgement c_reason(const Exchange& exchange)
{
    bool any = false;
    for (const Run& run : exchange.body.runs) {
        if (run.first.id != packet_id::new_header || run.first.length < 4) {
            continue;
        }
        any = true;
        if (run.first.reason != 0 && run.first.reason != 0x400D14BE) {
            return fail("0, or 0x400D14BE when going back", fmt::format("0x{:08X}", run.first.reason))
                .at(run.first.first, run.end);
        }
    }
    return any ? pass() : not_applicable();
}

Judgement e_length(const Exchange& exchange)
{
    return have_length(exchange, packet_id::end_of_stream, 4);
}

Judgement t_length(const Exchange& exchange)
{
    return have_length(exchange, packet_id::test, 0);
}

Judgement t_place(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    const auto at = std::find_if(runs.begin(), runs.end(),
                                 [](const Run& run) { return run.first.id == packet_id::test; });
    if (at == runs.end()) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(exchange.connection->from_client ? Missing::mid_stream : Missing::one_sided,
                            "the request was not captured");
    }
    const std::string_view expected = "only in the reply to the first of two Pipeline requests";
    if (!exchange.is(RequestKind::pipeline)) {
        return fail(std::string{expected},
                    fmt::format("in the reply to a request of type {}", to_string(exchange.type.kind)))
            .at(at->first.first, at->end);
    }
    const Exchange* const before = exchange.connection->before(exchange);
    const bool is_second =
        before != nullptr && before->is(RequestKind::pipeline) && before->body.has(packet_id::test);
    return is_second ? fail(std::string{expected}, "in the reply to the second").at(at->first.first, at->end)
                     : pass();
}

/// Asks `judge(packet, n)` of the first three $P, n from 0: the first failure, else a pass if there is one.
template <typename Judge>
Judgement of_pairs(const Exchange& exchange, Judge judge)
{
    unsigned n = 0;
    for (const Run& run : exchange.body.runs) {
        if (run.first.id != packet_id::packet_pair) {
            continue;
        }
        if (const auto unseen = cannot_see_before(exchange, run)) {
            return *unseen;
        }
        Judgement judgement = judge(run, n);
        if (judgement.verdict != Verdict::pass) {
            return judgement.verdict == Verdict::fail ? std::move(judgement).at(run.first.first, run.end)
                                                      : judgement;
        }
        if (++n == 3) {
            break;
        }
    }
    return n != 0 ? pass() : not_applicable();
}

Judgement p_length(const Exchange& exchange)
{
    return of_pairs(exchange, [](const Run& run, unsigned n) {
        const unsigned length = n < 2 ? 504 : 1048;
        return run.first.length == length ? pass()
                                          : fail(fmt::format("PacketLength {} in $P {}", length, n + 1),
                                                 fmt::format("PacketLength {}", run.first.length));
    });
}

Judgement p_reason(const Exchange& exchange)
{
    return of_pairs(exchange, [&](const Run& run, unsigned n) {
        if (const auto unseen = cannot_see(exchange.response)) {
            return *unseen;
        }
        const std::size_t head = exchange.response->head.text().size();
        const std::size_t reason = std::min<std::size_t>(504, head);
        return run.first.reason == reason
                   ? pass()
                   : fail(fmt::format("Reason {} (a head of {} bytes) in $P {}", reason, head, n + 1),
                          fmt::format("Reason {}", run.first.reason));
    });
}

Judgement p_payload(const Exchange& exchange)
{
    for (const Stray& stray : exchange.body.strays) {
        if (stray.after.id == packet_id::packet_pair && !stray.body_ends) {
            return fail("a packet behind 504-R, 504 and 1048+R bytes",
                        fmt::format("{}, which begins none", show_bytes(stray)))
                .at(stray.after.first, stray.at);
        }
    }
    const auto& runs = exchange.body.runs;
    const auto* const response = exchange.response.get();
    return of_pairs(exchange, [&](const Run& run, unsigned n) {
        if (!run.last.complete) {
            return response != nullptr && !response->gap && response->end == http::MessageEnd::complete
                       ? fail(fmt::format("the whole payload of $P {}", n + 1), "the body's end inside it")
                       : inconclusive(Missing::truncated, "the $P was not captured to its end");
        }
        const bool last = &run == &runs.back();
        const bool seen =
            last ? response != nullptr && response->end && !response->gap : !(&run + 1)->after_gap;
        return seen ? pass() : inconclusive(Missing::gap, "what follows the $P was not seen");
    });
}

constexpr std::array framing_notices_table{
    Rule{
        .id = "framing.c-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.2",
        .requirement = "$C has PacketLength 4 and a Reason.",
        .why = "The Reason tells whether the playlist goes on or back.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $C(0) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D x"24 43 00 00" $H(asf)
)",
        .decide = OfBody{c_length},
    },
    Rule{
        .id = "framing.c-reason",
        .level = Level::should,
        .side = Side::server,
        .section = "2.2.3.2",
        .requirement = "The Reason of $C is 0, or 0x400D14BE when going back to the previous entry.",
        .why = "A client that plays backwards expects the end of the entry that comes.",
        .passes = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1,rate=-1.000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) $D $C(0x400D14BE) $H(asf)
)",
        .fails = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1,rate=-1.000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) $D $C(1) $H(asf)
)",
        .decide = OfBody{c_reason},
    },
    Rule{
        .id = "framing.e-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.4",
        .requirement = "$E has PacketLength 4 and a Reason.",
        .why = "The Reason tells whether another entry follows, or nothing.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $E(0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D x"24 45 00 00"
)",
        .decide = OfBody{e_length},
    },
    Rule{
        .id = "framing.t-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.8",
        .requirement = "$T has PacketLength 0.",
        .why = "It only shows that a packet can come through while a second request is on its way.",
        .passes = R"(
> GET /list HTTP/1.1
> Pragma: pipeline-request=1,client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
)",
        .fails = R"(
> GET /list HTTP/1.1
> Pragma: pipeline-request=1,client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T(size=4)) last-chunk
)",
        .decide = OfBody{t_length},
    },
    Rule{
        .id = "framing.t-place",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.8, 3.2.5.5",
        .requirement = "$T is sent only in the reply to the first of two Pipeline requests.",
        .why = "The second reply tells the result of the test and has no body.",
        .passes = R"(
> GET /list HTTP/1.1
> Pragma: pipeline-request=1,client-id=77
>
> GET /list HTTP/1.1
> Pragma: pipeline-request=1,client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: pipeline-result=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $T $H(asf) $D
)",
        .inconclusive = R"(
! only <
> GET /list HTTP/1.1
> Pragma: pipeline-request=1,client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
)",
        .decide = OfBody{t_place},
    },
    Rule{
        .id = "framing.p-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.7",
        .requirement = "PacketLength of the three $P is 504, 504 and 1048.",
        .why = "A client measures the line by the time between packets of known size. The sizes that travel "
               "are others: see framing.p-payload.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $P(50) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< x"24 50 00 02 32 00 00 00" 454*"p" $H(asf)
)",
        .decide = OfBody{p_length},
    },
    Rule{
        .id = "framing.p-reason",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.7",
        .requirement = "The Reason of each $P is the size of the reply's head in bytes, at most 504.",
        .why = "Head and first $P share a TCP segment, which the head makes longer by as much.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $P(50) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $P(504) $H(asf)
)",
        .decide = OfBody{p_reason},
    },
    Rule{
        .id = "framing.p-payload",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.7",
        .requirement = "With Reason R the payloads of the three $P are 504-R, 504 and 1048+R bytes.",
        .why = "PacketLength does not tell where a $P ends: a client must find the next packet by this.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $P(50) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< x"24 50 f8 01 32 00 00 00" 500*"p" x"24 50 f8 01 32 00 00 00" 500*"p" $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< x"24 50 f8 01 32 00 00 00" 454*"p" ~512
)",
        .decide = OfBody{p_payload},
    },
};

} // namespace

std::span<const Rule> framing_notices()
{
    return framing_notices_table;
}

} // namespace wmclients::check::rules
