#include <wmclients/check/xml.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace wmclients::check {
namespace {

constexpr std::string_view spaces = " \t\r\n";

/// Where the markup that begins at `at` with '<' ends, one past its '>'; npos if it does not.
std::size_t markup_end(std::string_view text, std::size_t at)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> sections{{
        {"<!--", "-->"},
        {"<![CDATA[", "]]>"},
        {"<?", "?>"},
    }};
    for (const auto& [begin, end] : sections) {
        if (text.substr(at, begin.size()) == begin) {
            const std::size_t found = text.find(end, at + begin.size());
            return found == std::string_view::npos ? found : found + end.size();
        }
    }
    // A '>' in an attribute's value does not end the tag.
    char quote = '\0';
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

/// The names of the elements that are open, each behind a '/': one text, so that deep nesting costs no more
/// than the document itself.
class OpenElements {
  public:
    [[nodiscard]] bool empty() const { return path_.empty(); }

    void push(std::string_view name)
    {
        path_ += '/';
        path_ += name;
    }

    /// False, and nothing is taken off, if the innermost has another name.
    bool pop(std::string_view name)
    {
        const std::size_t slash = path_.rfind('/');
        if (slash == std::string::npos || std::string_view{path_}.substr(slash + 1) != name) {
            return false;
        }
        path_.resize(slash);
        return true;
    }

  private:
    std::string path_;
};

} // namespace

std::string_view xml_problem(std::string_view text)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    OpenElements open;
    bool root_seen = false;
    std::size_t at = text.substr(0, 3) == byte_order_mark ? 3 : 0;
    while (at < text.size()) {
        if (text[at] != '<') {
            const std::size_t next = std::min(text.find('<', at), text.size());
            const bool blank = text.substr(at, next - at).find_first_not_of(spaces) == std::string_view::npos;
            if (open.empty() && !blank) {
                return "text outside of the elements";
            }
            at = next;
            continue;
        }
        const std::size_t end = markup_end(text, at);
        if (end == std::string_view::npos || end - at < 3) {
            return "a tag that does not end";
        }
        const std::string_view tag = text.substr(at + 1, end - at - 2);
        at = end;
        if (tag[0] == '?' || tag[0] == '!') {
            continue;
        }
        const bool closing = tag[0] == '/';
        const std::string_view named = tag.substr(closing ? 1 : 0);
        const std::string_view name = named.substr(0, named.find_first_of(" \t\r\n/"));
        if (name.empty()) {
            return "a tag without a name";
        }
        if (closing) {
            if (!open.pop(name)) {
                return "an end tag without its beginning";
            }
            continue;
        }
        if (open.empty() && std::exchange(root_seen, true)) {
            return "more than one root element";
        }
        if (tag.back() != '/') {
            open.push(name);
        }
    }
    return !root_seen ? "no element" : !open.empty() ? "an element that does not end" : "";
}

} // namespace wmclients::check
