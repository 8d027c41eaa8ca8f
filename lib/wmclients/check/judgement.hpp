#pragma once

#include <wmclients/base/packet_ref.hpp>
#include <wmclients/wmsp/frame_parser.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients::check {

/// What a rule says of one message, `$` packet or session, and of a capture as a whole.
enum class Verdict : std::uint8_t {
    not_applicable, ///< the rule does not speak of it
    inconclusive,   ///< what the rule needs is not in the capture
    pass,
    fail,
};

/// "not-applicable", "inconclusive", "pass", "fail".
std::string_view to_string(Verdict verdict);

/// Why a rule is inconclusive.
enum class Missing : std::uint8_t {
    gap,        ///< bytes that the rule needs are missing from the capture
    truncated,  ///< packets cut by the snap length, or the capture ended before the part was complete
    mid_stream, ///< the start of the connection or of the body is not in the capture
    one_sided,  ///< only one direction was captured
    history,    ///< an earlier part of the session may lie outside the capture
    clock,      ///< times cannot be compared
    unknown,    ///< the traffic alone does not tell: `actual` says what is not known
};

/// "gap", "truncated", "mid-stream", "one-sided", "history", "clock", "unknown".
std::string_view to_string(Missing missing);

/// Where in the capture the evidence of a judgement lies.
struct Place {
    PacketRef first; ///< number 0: where the message that the rule binds lies
    PacketRef last;
};

/// One decision of a rule. Texts are raw, as they stood on the wire.
struct Judgement {
    Verdict verdict = Verdict::not_applicable;
    Missing missing = Missing::unknown; ///< of an inconclusive one
    std::string expected{};             ///< of a fail
    std::string actual{}; ///< of a fail; of an inconclusive one, what is missing; of a pass, a note if any
    Place place{};

    /// The same judgement with the place of its evidence.
    Judgement at(const PacketRef& first, const PacketRef& last) &&
    {
        place = {first, last};
        return std::move(*this);
    }

    Judgement at(const PacketRef& ref) && { return std::move(*this).at(ref, ref); }
};

inline Judgement not_applicable()
{
    return {};
}

inline Judgement pass()
{
    return {.verdict = Verdict::pass};
}

/// A pass that a reader should know something about.
inline Judgement pass_with(std::string note)
{
    return {.verdict = Verdict::pass, .actual = std::move(note)};
}

inline Judgement fail(std::string expected, std::string actual)
{
    return {.verdict = Verdict::fail, .expected = std::move(expected), .actual = std::move(actual)};
}

inline Judgement inconclusive(Missing missing, std::string what)
{
    return {.verdict = Verdict::inconclusive, .missing = missing, .actual = std::move(what)};
}

/// Pass or fail; the texts are made only for a fail, where `good` is false.
inline Judgement pass_if(bool good, std::string_view expected, std::string_view actual)
{
    return good ? pass() : fail(std::string{expected}, std::string{actual});
}

} // namespace wmclients::check
