#include <fmt/format.h>
#include <support/asf_sample.hpp>
#include <support/script_payload.hpp>

#include <algorithm>
#include <optional>

namespace wmclients::testing {
namespace {

/// More than any test needs; keeps a fuzzer's scripts small.
constexpr std::size_t largest_payload = 16U << 20;

constexpr std::string_view usual_file_id = "88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6";

/// The arguments in parentheses after a `$` packet's letter.
struct Arguments {
    std::optional<std::uint64_t> location;
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> reason;
    std::optional<std::uint64_t> af_flags;
    std::optional<std::uint64_t> incarnation;
    std::optional<std::uint64_t> length;      ///< PacketLength, instead of the right one
    std::optional<std::uint64_t> packet_size; ///< likewise
    std::optional<Payload> data;
    std::string file_id;
    SampleScript script;
    std::uint64_t split = 1;
    bool follows_at_once = false;
    std::vector<Payload::Hole> holes;
};

Arguments parse_arguments(ScriptCursor& cursor, PayloadContext& context, int depth)
{
    Arguments arguments;
    if (!cursor.take("(")) {
        return arguments;
    }
    constexpr std::uint64_t u16 = 0xFFFF;
    constexpr std::uint64_t u32 = 0xFFFF'FFFF;
    while (cursor.ok() && !cursor.take(")")) {
        const std::string_view name = cursor.peek_word();
        if (!name.empty() && name.front() >= '0' && name.front() <= '9') {
            arguments.reason = cursor.number(u32);
            cursor.take(",");
            continue;
        }
        cursor.word();
        if (name == "b") {
            arguments.follows_at_once = true;
        } else if (name == "asf") {
            arguments.file_id = cursor.take("=") ? std::string{cursor.word()} : std::string{usual_file_id};
        } else {
            cursor.expect("=");
            if (name == "loc") {
                arguments.location = cursor.number(u32);
            } else if (name == "size") {
                arguments.size = cursor.number(0xFFFF);
            } else if (name == "reason") {
                arguments.reason = cursor.number(u32);
            } else if (name == "af") {
                arguments.af_flags = cursor.number(0xFF);
            } else if (name == "inc") {
                arguments.incarnation = cursor.number(0xFF);
            } else if (name == "length") {
                arguments.length = cursor.number(u16);
            } else if (name == "packet-size") {
                arguments.packet_size = cursor.number(u16);
            } else if (name == "split") {
                arguments.split = cursor.number(1000);
            } else if (name == "filename") {
                arguments.script.file_name = cursor.quoted();
            } else if (name == "at") {
                arguments.script.time_ms = static_cast<std::uint32_t>(cursor.number(u32));
            } else if (name == "preroll") {
                arguments.script.preroll_ms = cursor.number(u32);
            } else if (name == "data") {
                arguments.data = parse_payload(cursor, context, depth + 1);
            } else if (name == "hole") {
                const std::uint64_t offset = cursor.number(u32);
                cursor.expect("*");
                arguments.holes.push_back(
                    {static_cast<std::size_t>(offset), static_cast<std::size_t>(cursor.number(u32))});
            } else {
                cursor.fail(fmt::format("unknown argument {}", name));
            }
        }
        if (cursor.peek() != ')') {
            cursor.expect(",");
        }
    }
    return arguments;
}

std::string frame(char id, const Arguments& arguments, std::uint64_t length, std::string_view rest)
{
    std::string out;
    out += arguments.follows_at_once ? '\xA4' : '$';
    out += id;
    append_number(out, arguments.length.value_or(length), 2);
    return out.append(rest);
}

/// $D, $H and $M: the framing header and the MMS header (MS-WMSP 2.2.3.1.1, 2.2.3.1.2).
std::string mms_frame(char id, const Arguments& arguments, std::uint64_t location, std::uint64_t af_flags,
                      std::string_view payload)
{
    std::string rest;
    append_number(rest, location, 4);
    append_number(rest, arguments.incarnation.value_or(0), 1);
    append_number(rest, arguments.af_flags.value_or(af_flags), 1);
    append_number(rest, arguments.packet_size.value_or(payload.size() + 8), 2);
    rest += payload;
    return frame(id, arguments, payload.size() + 8, rest);
}

std::string header_frames(ScriptCursor& cursor, const Arguments& arguments, const PayloadContext& context)
{
    const std::string file_id = arguments.file_id.empty() ? std::string{usual_file_id} : arguments.file_id;
    const std::string payload = arguments.data
                                    ? arguments.data->bytes
                                    : sample_asf_header(file_id, context.packet_size, arguments.script);
    if (payload.empty() && !arguments.data) {
        cursor.fail("the File ID is no GUID");
    }
    const std::size_t parts = std::max<std::size_t>(1, arguments.split);
    if (parts > payload.size() && parts > 1) {
        cursor.fail("more parts than bytes");
        return {};
    }
    std::string out;
    for (std::size_t i = 0; i < parts; ++i) {
        const std::size_t begin = payload.size() * i / parts;
        const std::size_t end = payload.size() * (i + 1) / parts;
        // AFFlags 0x04: the first fragment, 0x08: the last one (MS-WMSP 2.2.3.1.2).
        const std::uint64_t af_flags = (i == 0 ? 0x04U : 0U) | (i + 1 == parts ? 0x08U : 0U);
        out += mms_frame('H', arguments, arguments.location.value_or(0) + i, af_flags,
                         std::string_view{payload}.substr(begin, end - begin));
    }
    return out;
}

/// The three `$P` (MS-WMSP 2.2.3.7): PacketLength does not tell how long they are.
std::string packet_pair(const Arguments& arguments)
{
    const std::uint64_t reason = std::min<std::uint64_t>(504, arguments.reason.value_or(504));
    std::string out;
    for (const auto& [length, size] :
         {std::pair<std::uint64_t, std::uint64_t>{504, 504 - reason}, {504, 504}, {1048, 1048 + reason}}) {
        std::string rest;
        append_number(rest, reason, 4);
        rest.append(static_cast<std::size_t>(size), 'p');
        out += frame('P', arguments, length, rest);
    }
    return out;
}

Payload parse_frame(ScriptCursor& cursor, PayloadContext& context, int depth)
{
    cursor.expect("$");
    const std::string_view word = cursor.word();
    const char id = word.size() == 1 ? word.front() : '\0';
    const Arguments arguments = parse_arguments(cursor, context, depth);
    Payload out;
    const auto filled = [&](std::size_t usual) {
        return arguments.data ? arguments.data->bytes
                              : std::string(static_cast<std::size_t>(arguments.size.value_or(usual)), 'd');
    };
    switch (id) {
    case 'D': {
        const std::uint64_t location = arguments.location.value_or(context.next_location);
        context.next_location = static_cast<std::uint32_t>(location + 1);
        out.bytes = mms_frame('D', arguments, location, 0, filled(context.packet_size));
        break;
    }
    case 'H':
        out.bytes = header_frames(cursor, arguments, context);
        break;
    case 'M':
        out.bytes = mms_frame('M', arguments, arguments.location.value_or(0), 0x0C, filled(16));
        break;
    case 'C':
    case 'E':
    case 'S': {
        std::string rest;
        append_number(rest, arguments.reason.value_or(0), 4);
        out.bytes = frame(id, arguments, 4, rest);
        break;
    }
    case 'P':
        out.bytes = packet_pair(arguments);
        break;
    case 'T':
    case 'F': {
        const std::string rest = filled(0);
        out.bytes = frame(id, arguments, rest.size(), rest);
        break;
    }
    default:
        cursor.fail("expected $C, $D, $E, $F, $H, $M, $P, $S or $T");
    }
    for (const Payload::Hole& hole : arguments.holes) {
        if (hole.offset + hole.length > out.bytes.size()) {
            cursor.fail(fmt::format("the hole goes beyond the {} bytes of the packet", out.bytes.size()));
        }
        out.holes.push_back(hole);
    }
    return out;
}

Payload chunk(const Payload& content)
{
    Payload out;
    out.bytes = fmt::format("{:x}\r\n", content.bytes.size());
    out.append(content);
    out.bytes += "\r\n";
    return out;
}

/// One item; none if what stands next is no item.
std::optional<Payload> parse_item(ScriptCursor& cursor, PayloadContext& context, int depth)
{
    constexpr int deepest = 16;
    if (depth > deepest) {
        cursor.fail("nested too deeply");
        return {};
    }
    const char next = cursor.peek();
    const std::string_view word = cursor.peek_word();
    if (next == '"') {
        return Payload{cursor.quoted(), {}};
    }
    if (next == '$') {
        return parse_frame(cursor, context, depth);
    }
    if (word == "x") {
        cursor.word();
        return Payload{cursor.hex(), {}};
    }
    if (next == '~') {
        cursor.take("~");
        const auto length = static_cast<std::size_t>(cursor.number(largest_payload));
        return Payload{std::string(length, '~'), {{0, length}}};
    }
    if (next == '%') {
        cursor.take("%");
        const auto found = context.names.find(cursor.word());
        if (found == context.names.end()) {
            cursor.fail("unknown name after %");
            return {};
        }
        ScriptCursor inner{cursor.text(), found->second.first, found->second.second, cursor.error()};
        return parse_payload(inner, context, depth + 1);
    }
    if (cursor.take("(")) {
        Payload out = parse_payload(cursor, context, depth + 1);
        cursor.expect(")");
        return out;
    }
    if (next >= '0' && next <= '9') {
        const std::uint64_t times = cursor.number(1'000'000);
        cursor.expect("*");
        const std::size_t begin = cursor.position();
        Payload out;
        for (std::uint64_t i = 0; i < times && cursor.ok(); ++i) {
            // Read again each time, so that a $D gets the next LocationId.
            ScriptCursor again{cursor.text(), begin, cursor.text().size(), cursor.error()};
            const auto item = parse_item(again, context, depth + 1);
            if (!item) {
                again.fail("expected what is to be repeated");
                break;
            }
            if (i + 1 == times) {
                cursor = again;
            }
            if (out.bytes.size() + item->bytes.size() > largest_payload) {
                again.fail("too many bytes");
                break;
            }
            out.append(*item);
        }
        if (times == 0) {
            cursor.fail("zero times");
        }
        return out;
    }
    if (word == "last-chunk") {
        cursor.word();
        return Payload{"0\r\n\r\n", {}};
    }
    if (word == "chunk" || word == "chunked") {
        cursor.word();
        cursor.expect("(");
        Payload out;
        if (word == "chunk") {
            out = chunk(parse_payload(cursor, context, depth + 1));
        } else {
            while (const auto item = parse_item(cursor, context, depth + 1)) {
                out.append(chunk(*item));
            }
        }
        cursor.expect(")");
        return out;
    }
    return {};
}

} // namespace

void Payload::append(const Payload& more)
{
    for (const Hole& hole : more.holes) {
        holes.push_back({bytes.size() + hole.offset, hole.length});
    }
    bytes += more.bytes;
}

Payload parse_payload(ScriptCursor& cursor, PayloadContext& context, int depth)
{
    Payload out;
    while (cursor.ok() && !cursor.statement_ends()) {
        const auto item = parse_item(cursor, context, depth);
        if (!item) {
            break;
        }
        if (out.bytes.size() + item->bytes.size() > largest_payload) {
            cursor.fail("too many bytes");
            break;
        }
        out.append(*item);
    }
    return out;
}

} // namespace wmclients::testing
