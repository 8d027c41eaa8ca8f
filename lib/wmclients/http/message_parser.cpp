#include <wmclients/base/text.hpp>
#include <wmclients/http/message_parser.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace wmclients::http {
namespace {

/// The longest method of the registry ("UPDATEREDIRECTREF") has 17 letters.
constexpr std::size_t longest_method = 20;

/// A chunk's size line, extensions included, is refused beyond this.
constexpr std::size_t longest_chunk_line = 1024;

enum class Likeness : std::uint8_t { no, maybe, yes };

Likeness like_response(std::string_view text)
{
    for (const std::string_view prefix : {"HTTP/1.", "HTTP 1.", "RTSP/1.", "ICY "}) {
        const std::size_t common = std::min(text.size(), prefix.size());
        if (text.substr(0, common) == prefix.substr(0, common)) {
            return common == prefix.size() ? Likeness::yes : Likeness::maybe;
        }
    }
    return Likeness::no;
}

Likeness like_request(std::string_view text)
{
    for (std::size_t i = 0; i < text.size() && i <= longest_method; ++i) {
        if (text[i] == ' ') {
            return i > 1 ? Likeness::yes : Likeness::no;
        }
        const bool letter = (text[i] >= 'A' && text[i] <= 'Z') || text[i] == '_' || text[i] == '-';
        if (!letter) {
            return Likeness::no;
        }
    }
    return text.size() > longest_method ? Likeness::no : Likeness::maybe;
}

Likeness like_head(MessageParser::Side side, std::string_view text)
{
    return side == MessageParser::Side::requests ? like_request(text) : like_response(text);
}

/// The length of a head, its empty line included, or none if that is not in `text`. `from` is where to look
/// first.
std::optional<std::size_t> head_end(std::string_view text, std::size_t from)
{
    for (std::size_t at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1, 1) == "\n") {
            return at + 2;
        }
        if (text.substr(at + 1, 2) == "\r\n") {
            return at + 3;
        }
    }
    return {};
}

std::optional<std::uint64_t> chunk_length(std::string_view line)
{
    line = trim(line.substr(0, line.find_first_of(";\r\n")));
    std::uint64_t length = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), length, 16);
    return !line.empty() && error == std::errc{} && stop == line.data() + line.size() ? std::optional{length}
                                                                                      : std::nullopt;
}

} // namespace

bool MessageParser::begins_head(Side side, std::string_view text)
{
    return like_head(side, text) == Likeness::yes;
}

void MessageParser::data_slow(std::uint64_t offset, Bytes bytes, const PacketRef& ref,
                              MessageConsumer& consumer, Caps& caps)
{
    // A head that begins where a segment begins ends what has no head, or was lost.
    if ((state_ == State::lost || (state_ == State::until_close && resumable_))
        && begins_head(side_, as_text(bytes))) {
        if (state_ == State::until_close) {
            end_message(MessageEnd::incomplete, ref, consumer);
        }
        state_ = State::start;
        resumable_ = false;
    }
    for (std::size_t at = 0; at < bytes.size();) {
        const Bytes rest = bytes.subspan(at);
        switch (state_) {
        case State::start:
            at += read_start(offset + at, rest, ref, consumer);
            break;
        case State::head:
            at += read_head(rest, ref, consumer, caps);
            break;
        case State::length:
        case State::chunk_data:
            at += read_body(rest, ref, consumer);
            break;
        case State::until_close:
            consumer.on_body(rest, ref);
            return;
        case State::chunk_size:
        case State::chunk_end:
            at += read_chunk_size(rest, ref, consumer);
            break;
        case State::chunk_lost:
            at += find_chunk(rest);
            break;
        case State::trailer:
            at += read_trailer(rest, ref, consumer);
            break;
        case State::lost:
            if (!consumer.on_headless(rest, ref)) {
                return;
            }
            state_ = State::until_close;
            resumable_ = true;
            break;
        case State::ignored:
            return;
        }
    }
}

std::size_t MessageParser::read_start(std::uint64_t offset, Bytes bytes, const PacketRef& ref,
                                      MessageConsumer& consumer)
{
    std::size_t skipped = 0;
    while (skipped < bytes.size() && (bytes[skipped] == '\r' || bytes[skipped] == '\n')) {
        ++skipped;
    }
    if (skipped != 0) {
        return skipped;
    }
    if (like_head(side_, as_text(bytes)) == Likeness::no) {
        if (consumer.on_headless(bytes, ref)) {
            state_ = State::until_close;
            resumable_ = true;
        } else {
            state_ = State::ignored;
        }
        return 0;
    }
    partial_ = std::make_unique<Partial>();
    partial_->first = ref;
    partial_->offset = offset;
    state_ = State::head;
    return 0;
}

std::size_t MessageParser::read_head(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer, Caps& caps)
{
    std::vector<char>& text = partial_->text;
    const std::size_t before = text.size();
    const std::size_t room = static_cast<std::size_t>(caps.limit(Cap::head_bytes)) - before;
    const std::size_t taken = std::min(bytes.size(), room);
    text.insert(text.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    if (!partial_->memory.grow_to(caps, Cap::pending_bytes, text.capacity())) {
        stop_in_head(ref, consumer);
        return taken;
    }
    const std::string_view view{text.data(), text.size()};
    if (before <= longest_method && like_head(side_, view) == Likeness::no) {
        const Bytes seen = as_bytes(view);
        const bool body = consumer.on_headless(seen, ref);
        state_ = body ? State::until_close : State::ignored;
        resumable_ = body;
        if (body) {
            consumer.on_body(seen, ref);
        }
        partial_.reset();
        return taken;
    }
    const auto end = head_end(view, before < 3 ? 0 : before - 3);
    if (!end) {
        if (taken == room) {
            caps.reached(Cap::head_bytes);
            stop_in_head(ref, consumer);
        }
        return taken;
    }
    text.resize(*end);
    text.shrink_to_fit();
    Head head = Head::parse(std::move(text), static_cast<std::size_t>(caps.limit(Cap::head_fields)));
    head.first = partial_->first;
    head.last = ref;
    head.offset = partial_->offset;
    partial_.reset();
    const BodyFraming framing = consumer.on_head(std::move(head));
    begin_body(framing, ref, consumer);
    return *end - before;
}

/// A cap is reached: this direction is read no further.
void MessageParser::stop_in_head(const PacketRef& ref, MessageConsumer& consumer)
{
    state_ = State::ignored;
    partial_.reset();
    consumer.on_head_too_long(ref);
}

void MessageParser::begin_body(BodyFraming framing, const PacketRef& ref, MessageConsumer& consumer)
{
    resumable_ = false;
    switch (framing.kind) {
    case BodyFraming::Kind::none:
        end_message(MessageEnd::complete, ref, consumer);
        break;
    case BodyFraming::Kind::length:
        state_ = State::length;
        remaining_ = framing.length;
        break;
    case BodyFraming::Kind::chunked:
        state_ = State::chunk_size;
        break;
    case BodyFraming::Kind::until_close:
        state_ = State::until_close;
        break;
    }
}

std::size_t MessageParser::read_body(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer)
{
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_));
    consumer.on_body(bytes.first(taken), ref);
    remaining_ -= taken;
    if (remaining_ == 0) {
        if (state_ == State::length) {
            end_message(MessageEnd::complete, ref, consumer);
        } else {
            state_ = State::chunk_end;
        }
    }
    return taken;
}

std::size_t MessageParser::read_chunk_size(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer)
{
    if (state_ == State::chunk_size && !partial_ && side_ == Side::responses
        && begins_head(side_, as_text(bytes))) {
        // The zero chunk is missing: the next response begins.
        end_message(MessageEnd::incomplete, ref, consumer);
        return 0;
    }
    if (!partial_) {
        partial_ = std::make_unique<Partial>();
    }
    std::vector<char>& line = partial_->text;
    const auto newline = std::find(bytes.begin(), bytes.end(), std::uint8_t{'\n'});
    const auto taken = static_cast<std::size_t>(newline - bytes.begin()) + (newline == bytes.end() ? 0 : 1);
    if (line.size() + taken > longest_chunk_line) {
        partial_.reset();
        state_ = State::chunk_lost;
        return taken;
    }
    line.insert(line.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    if (newline == bytes.end()) {
        return taken;
    }
    const std::string text(line.begin(), line.end());
    partial_.reset();
    if (state_ == State::chunk_end) {
        state_ = text == "\r\n" || text == "\n" ? State::chunk_size : State::chunk_lost;
        return taken;
    }
    const auto length = chunk_length(text);
    if (!length) {
        state_ = State::chunk_lost;
    } else if (*length == 0) {
        state_ = State::trailer;
    } else {
        state_ = State::chunk_data;
        remaining_ = *length;
    }
    return taken;
}

std::size_t MessageParser::find_chunk(Bytes bytes)
{
    // A chunk of a WMSP body begins with a `$` packet (MS-WMSP 2.2.3.1.1): CRLF, up to 8 hex digits, CRLF,
    // `$`.
    const std::string_view text = as_text(bytes);
    for (std::size_t at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at + 2)) {
        const std::size_t end = text.find("\r\n", at + 2);
        if (end == std::string_view::npos) {
            break;
        }
        const std::string_view digits = text.substr(at + 2, end - at - 2);
        const bool framed = end + 3 < text.size() && (text[end + 2] == '$' || text[end + 2] == '\xA4')
                            && text[end + 3] >= 'A' && text[end + 3] <= 'Z';
        const auto length = digits.size() <= 8 ? chunk_length(digits) : std::nullopt;
        if (length && framed) {
            state_ = State::chunk_data;
            remaining_ = *length;
            return end + 2;
        }
        if (length && *length == 0) {
            state_ = State::trailer;
            return end + 2;
        }
    }
    return bytes.size();
}

std::size_t MessageParser::read_trailer(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer)
{
    // Trailer fields are passed over; an empty line ends the message.
    const auto newline = std::find(bytes.begin(), bytes.end(), std::uint8_t{'\n'});
    const auto taken = static_cast<std::size_t>(newline - bytes.begin()) + (newline == bytes.end() ? 0 : 1);
    const auto content = std::count_if(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken),
                                       [](std::uint8_t byte) { return byte != '\r' && byte != '\n'; });
    remaining_ += static_cast<std::uint64_t>(content);
    if (newline != bytes.end()) {
        if (remaining_ == 0) {
            end_message(MessageEnd::complete, ref, consumer);
        }
        remaining_ = 0;
    }
    return taken;
}

void MessageParser::end_message(MessageEnd end, const PacketRef& ref, MessageConsumer& consumer)
{
    state_ = State::start;
    remaining_ = 0;
    consumer.on_message_end(end, ref);
}

void MessageParser::gap(std::uint64_t length, const PacketRef& ref, MessageConsumer& consumer)
{
    switch (state_) {
    case State::until_close:
        consumer.on_body_gap(length, ref);
        break;
    case State::length:
    case State::chunk_data:
        consumer.on_body_gap(std::min(length, remaining_), ref);
        if (length <= remaining_) {
            remaining_ -= length;
            if (remaining_ == 0 && state_ == State::length) {
                end_message(MessageEnd::complete, ref, consumer);
            } else if (remaining_ == 0) {
                state_ = State::chunk_end;
            }
        } else if (state_ == State::length) {
            end_message(MessageEnd::complete, ref, consumer);
            state_ = State::lost;
        } else {
            consumer.on_body_gap(length - remaining_, ref);
            remaining_ = 0;
            state_ = State::chunk_lost;
        }
        break;
    case State::chunk_size:
    case State::chunk_end:
    case State::trailer:
    case State::chunk_lost:
        partial_.reset();
        state_ = State::chunk_lost;
        consumer.on_body_gap(length, ref);
        break;
    case State::head:
        end_cut_head(ref, consumer);
        break;
    case State::start:
        state_ = State::lost;
        break;
    case State::lost:
    case State::ignored:
        break;
    }
}

void MessageParser::end_cut_head(const PacketRef& ref, MessageConsumer& consumer)
{
    std::unique_ptr<Partial> partial = std::move(partial_);
    std::vector<char>& text = partial->text;
    while (!text.empty() && text.back() != '\n') {
        text.pop_back(); // a line cut in its middle says something else than the whole one
    }
    state_ = State::lost;
    if (text.empty()) {
        return;
    }
    Head head = Head::parse(std::move(text));
    head.first = partial->first;
    head.last = ref;
    head.offset = partial->offset;
    head.complete = false;
    consumer.on_head(std::move(head));
    if (side_ == Side::responses) {
        state_ = State::until_close;
        resumable_ = true;
    } else {
        consumer.on_message_end(MessageEnd::incomplete, ref);
    }
}

void MessageParser::finish(const PacketRef& ref, MessageConsumer& consumer)
{
    if (state_ == State::head) {
        end_cut_head(ref, consumer);
    }
    const State state = state_;
    state_ = State::ignored;
    partial_.reset();
    switch (state) {
    case State::until_close:
        consumer.on_message_end(resumable_ ? MessageEnd::incomplete : MessageEnd::closed, ref);
        break;
    case State::length:
    case State::chunk_size:
    case State::chunk_data:
    case State::chunk_end:
    case State::chunk_lost:
    case State::trailer:
        consumer.on_message_end(MessageEnd::incomplete, ref);
        break;
    case State::start:
    case State::head:
    case State::lost:
    case State::ignored:
        break;
    }
}

} // namespace wmclients::http
