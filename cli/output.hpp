#pragma once

#include <wmclients/output/table.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Whether bold and colours are written: `--color` of this run. Automatic: on a terminal other than
/// TERM=dumb, unless NO_COLOR is set (https://no-color.org).
enum class Color { automatic, always, never };
Color& chosen_color();

/// Standard output, buffered; write errors end the program (closed: quietly with 141, else with 4 and a
/// message).
class Output {
  public:
    Output();

    /// Writes what is buffered, if an error ends the program: it is known.
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(std::string_view text);

    void line(std::string_view text)
    {
        write(text);
        write("\n");
    }

    /// Writes what is buffered; to be called at the end, and where a reader should see a line at once.
    void flush();

    /// A line with its end, all of it in bold: the titles of a table.
    void titles(std::string_view line);

    /// `text` in bold where bold is written.
    [[nodiscard]] std::string bold(std::string_view text) const;

    /// Marks a table's cell that tells of trouble, if `trouble` and colours are written. Its words say so,
    /// too.
    [[nodiscard]] std::optional<wmclients::output::Table::Mark> mark(bool trouble, std::size_t column) const;

  private:
    std::string buffer_;
    bool coloured_;
};

/// A line on stderr, "wmclients: …", and further lines below it. All are made printable: they may quote
/// anything.
void complain(std::string_view text, const std::vector<std::string>& more = {});

} // namespace cli
