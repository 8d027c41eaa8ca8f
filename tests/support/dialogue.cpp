#include <wmclients/dissect/dissector.hpp>

#include <fmt/format.h>
#include <support/capture_builder.hpp>
#include <support/dialogue.hpp>

#include <stdexcept>

namespace wmclients::testing {
namespace {

constexpr std::string_view answer = R"(
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Length: 0
)";

constexpr int message_step = 10; ///< ms between messages

/// Writes the script.
class Writer {
  public:
    void line(std::string_view line)
    {
        const char mark = line.empty() ? '\0' : line[0];
        const bool head = (mark == '>' || mark == '<') && (line.size() == 1 || line[1] == ' ');
        if (!head || mark != side_ || line.size() == 1) {
            end_head();
        }
        if (line.empty()) {
            return;
        }
        if (head) {
            side_ = line.size() == 1 ? '\0' : mark;
            if (line.size() > 1) {
                head_ += quoted(line.substr(2));
            }
        } else if (line.substr(0, 2) == ">>" || line.substr(0, 2) == "<<") {
            send(mark, line.substr(2));
        } else if (line.substr(0, 3) == "---") {
            connect(line.size() > 4 ? std::stoi(std::string{line.substr(4)}) : connections_ + 1);
        } else if (mark == '+') {
            now_ += static_cast<int>(std::stod(std::string{line.substr(1)}) * 1000);
        } else if (mark == '!') {
            script_ += fmt::format("{}\n", line.substr(2));
        } else {
            throw std::runtime_error(fmt::format("no line of a dialogue: {}", line));
        }
    }

    std::string finish()
    {
        end_head();
        return std::move(script_);
    }

  private:
    static std::string quoted(std::string_view text)
    {
        std::string out = "\"";
        for (const char c : text) {
            out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        return out + "\\r\\n\" ";
    }

    void end_head()
    {
        if (!head_.empty()) {
            send(side_, head_ + "\"\\r\\n\"");
        }
        head_.clear();
        side_ = '\0';
    }

    void send(char side, std::string_view items)
    {
        if (connections_ == 0) {
            connect(1);
        }
        now_ += message_step;
        script_ += fmt::format("{:.3f} c{} {} {}\n", now_ / 1000.0, current_, side, items);
    }

    void connect(int number)
    {
        current_ = number;
        if (number <= connections_) {
            return;
        }
        if (connections_ == 0) {
            script_ += "packet-size 100\n";
            number = current_ = 1;
        }
        connections_ = number;
        now_ += message_step;
        script_ += fmt::format("connection c{} 10.78.0.11:{} -> 10.78.0.1:8080\n{:.3f} c{} handshake\n",
                               number, 50000 + number, now_ / 1000.0, number);
    }

    std::string script_;
    std::string head_;
    char side_ = '\0';
    int now_ = 0;
    int current_ = 0;
    int connections_ = 0;
};

} // namespace

std::string script_of_dialogue(std::string_view dialogue)
{
    std::string whole{dialogue};
    if (whole.find("\n<") == std::string::npos) {
        whole += answer.substr(1);
    }
    Writer writer;
    for (std::size_t begin = 0; begin < whole.size();) {
        const std::size_t end = std::min(whole.find('\n', begin), whole.size());
        writer.line(std::string_view{whole}.substr(begin, end - begin));
        begin = end + 1;
    }
    return writer.finish();
}

check::Result check_script(const check::Rule& rule, std::string_view script, check::Role role)
{
    Caps caps;
    return check_script(rule, script, role, caps);
}

check::Result check_script(const check::Rule& rule, std::string_view script, check::Role role, Caps& caps,
                           check::Side side)
{
    const auto capture = build_capture(script);
    if (!capture) {
        throw std::runtime_error(fmt::format("{} in:\n{}", capture.error().message, script));
    }
    check::Checker checker{{&rule}, caps, side};
    dissect::Dissector dissector{checker.visitor(), caps};
    PacketRef last;
    for (const capture::Packet& packet : capture->views()) {
        dissector.packet(packet);
        last = packet.ref;
    }
    dissector.finish();
    return std::move(checker.finish(last, role).front());
}

check::Result check_dialogue(std::string_view rule, std::string_view dialogue, check::Role role)
{
    const check::Rule* const found = check::find_rule(rule);
    if (found == nullptr) {
        throw std::runtime_error(fmt::format("no rule {}", rule));
    }
    return check_script(*found, script_of_dialogue(dialogue), role);
}

} // namespace wmclients::testing
