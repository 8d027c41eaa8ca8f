#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

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

    /// Whether people look at it: a terminal, and NO_COLOR is not set (https://no-color.org).
    [[nodiscard]] bool coloured() const { return coloured_; }

    /// `text` in bold where coloured.
    [[nodiscard]] std::string bold(std::string_view text) const;
    [[nodiscard]] std::string dim(std::string_view text) const;

  private:
    std::string buffer_;
    bool coloured_;
};

/// A line on stderr, "wmclients: …", and further lines below it. All are made printable: they may quote
/// anything.
void complain(std::string_view text, const std::vector<std::string>& more = {});

} // namespace cli
