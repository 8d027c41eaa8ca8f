#include <fmt/format.h>
#include <support/script_cursor.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::testing {
namespace {

int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

void ScriptCursor::fail(const std::string& message)
{
    if (ok()) {
        const std::string_view before = text_.substr(0, at_);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const std::size_t newline = before.rfind('\n');
        const std::size_t column = newline == std::string_view::npos ? at_ + 1 : at_ - newline;
        *error_ = fmt::format("line {}, column {}: {}", line, column, message);
    }
    at_ = end_;
}

void ScriptCursor::skip_space()
{
    while (at_ < end_) {
        if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r') {
            ++at_;
        } else if (text_.substr(at_, 2) == "\\\n") {
            at_ += 2;
        } else {
            break;
        }
    }
    at_ = std::min(at_, end_);
}

bool ScriptCursor::statement_ends()
{
    skip_space();
    return at_ >= end_ || text_[at_] == '\n' || text_[at_] == '#';
}

bool ScriptCursor::next_line()
{
    const std::size_t newline = text_.find('\n', at_);
    at_ = newline == std::string_view::npos ? end_ : std::min(newline + 1, end_);
    return at_ < end_;
}

void ScriptCursor::skip_statement()
{
    bool quoted = false;
    while (at_ < end_) {
        const char c = text_[at_];
        if (c == '\\' && at_ + 1 < end_) {
            at_ += 2;
            continue;
        }
        if (c == '\n' || (c == '#' && !quoted)) {
            return;
        }
        quoted = quoted != (c == '"');
        ++at_;
    }
}

char ScriptCursor::peek()
{
    return statement_ends() ? '\0' : text_[at_];
}

bool ScriptCursor::take(std::string_view symbol)
{
    skip_space();
    if (at_ + symbol.size() > end_ || text_.substr(at_, symbol.size()) != symbol) {
        return false;
    }
    at_ += symbol.size();
    return true;
}

void ScriptCursor::expect(std::string_view symbol)
{
    if (!take(symbol)) {
        fail(fmt::format("expected {}", symbol));
    }
}

std::string_view ScriptCursor::peek_word()
{
    skip_space();
    const std::size_t stop = std::min(text_.find_first_of(" \t\r\n()*,=\"#", at_), end_);
    return text_.substr(at_, stop - at_);
}

std::string_view ScriptCursor::word()
{
    const std::string_view taken = peek_word();
    at_ += taken.size();
    return taken;
}

std::uint64_t ScriptCursor::number(std::uint64_t limit)
{
    const std::string_view all = peek_word();
    const bool is_hex = all.substr(0, 2) == "0x";
    const std::string_view digits = all.substr(is_hex ? 2 : 0);
    std::uint64_t value = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
    if (digits.empty() || error != std::errc{} || stop != digits.data() + digits.size() || value > limit) {
        fail(fmt::format("expected a number up to {}, found \"{}\"", limit, all));
        return 0;
    }
    at_ += all.size();
    return value;
}

std::string ScriptCursor::quoted()
{
    std::string out;
    expect("\"");
    while (ok()) {
        if (at_ >= end_ || text_[at_] == '\n') {
            fail("the quote is not closed");
            break;
        }
        const char c = text_[at_++];
        if (c == '"') {
            break;
        }
        if (c != '\\') {
            out += c;
            continue;
        }
        const char escape = at_ < end_ ? text_[at_++] : '\0';
        switch (escape) {
        case 'r':
            out += '\r';
            break;
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case '0':
            out += '\0';
            break;
        case '\\':
        case '"':
            out += escape;
            break;
        case 'x': {
            const int high = at_ < end_ ? hex_value(text_[at_]) : -1;
            const int low = at_ + 1 < end_ ? hex_value(text_[at_ + 1]) : -1;
            if (high < 0 || low < 0) {
                fail("expected two hexadecimal digits");
                break;
            }
            out += static_cast<char>(high * 16 + low);
            at_ += 2;
            break;
        }
        default:
            --at_;
            fail("unknown escape; \\r \\n \\t \\0 \\\\ \\\" and \\xNN are known");
        }
    }
    return out;
}

std::string ScriptCursor::hex()
{
    std::string out;
    expect("\"");
    int half = -1;
    while (ok() && !take("\"")) {
        const int digit = at_ < end_ ? hex_value(text_[at_]) : -1;
        if (digit < 0) {
            fail("expected a hexadecimal digit or a quote");
        } else if (half < 0) {
            half = digit;
            ++at_;
        } else {
            out += static_cast<char>(half * 16 + digit);
            half = -1;
            ++at_;
        }
    }
    if (ok() && half >= 0) {
        fail("an odd number of hexadecimal digits");
    }
    return out;
}

} // namespace wmclients::testing
