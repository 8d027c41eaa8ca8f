#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients::testing {

/// Reads a script front to back. The first error is kept, with line and column, and ends everything: later
/// reads give empty values, so callers may test ok() once a statement.
class ScriptCursor {
  public:
    /// `error` is shared by all cursors over one script.
    ScriptCursor(std::string_view text, std::size_t begin, std::size_t end, std::string& error)
        : text_(text), at_(begin), end_(end), error_(&error)
    {
    }

    [[nodiscard]] bool ok() const { return error_->empty(); }

    void fail(const std::string& message);

    [[nodiscard]] std::string_view text() const { return text_; }

    [[nodiscard]] std::size_t position() const { return at_; }

    [[nodiscard]] std::string& error() const { return *error_; }

    /// Passes over spaces, tabs and a backslash at the end of a line.
    void skip_space();

    /// Whether the statement has ended: end of line, comment, end of text.
    [[nodiscard]] bool statement_ends();

    /// To the beginning of the next line. False at the end of the text.
    bool next_line();

    /// To the end of the statement, comments looked for outside quotes.
    void skip_statement();

    /// The next character after spaces, 0 at the end of the statement.
    [[nodiscard]] char peek();

    /// Takes `symbol` if it stands next, after spaces.
    bool take(std::string_view symbol);

    /// Takes `symbol` or fails.
    void expect(std::string_view symbol);

    /// Characters up to a space or one of ()*,="#; may be empty.
    [[nodiscard]] std::string_view peek_word();
    std::string_view word();

    /// A whole word as a number, decimal or 0x…; fails if it is none or above `limit`.
    std::uint64_t number(std::uint64_t limit);

    /// A quoted string: \r \n \t \0 \\ \" and \xNN.
    std::string quoted();

    /// Hexadecimal bytes in quotes, spaces between them ignored.
    std::string hex();

  private:
    std::string_view text_;
    std::size_t at_;
    std::size_t end_;
    std::string* error_;
};

} // namespace wmclients::testing
