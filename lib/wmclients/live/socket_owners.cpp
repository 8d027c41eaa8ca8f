#include <wmclients/live/process.hpp>
#include <wmclients/live/socket_owners.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace wmclients::live {
namespace {

namespace fs = std::filesystem;

template <typename Number>
std::optional<Number> parse_number(std::string_view text)
{
    Number value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The number in "socket:[123]", the target of a descriptor's link (proc(5)).
std::optional<std::uint64_t> inode_of(const std::string& target)
{
    constexpr std::string_view prefix = "socket:[";
    if (target.compare(0, prefix.size(), prefix) != 0 || target.back() != ']') {
        return {};
    }
    return parse_number<std::uint64_t>(
        std::string_view{target}.substr(prefix.size(), target.size() - prefix.size() - 1));
}

/// The numbers in /proc, lowest first.
std::vector<std::uint64_t> processes()
{
    std::vector<std::uint64_t> found;
    std::error_code error;
    for (fs::directory_iterator at{"/proc", error}, end; !error && at != end; at.increment(error)) {
        if (const auto pid = parse_number<std::uint64_t>(at->path().filename().native())) {
            found.push_back(*pid);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

void find_owners(std::vector<TcpSocket>& sockets)
{
    std::unordered_map<std::uint64_t, timeline::SocketFacts*> wanted;
    for (TcpSocket& socket : sockets) {
        if (socket.facts.inode) {
            wanted.emplace(*socket.facts.inode, &socket.facts);
        }
    }
    for (const std::uint64_t pid : processes()) {
        if (wanted.empty()) {
            return;
        }
        std::string name;
        std::error_code error; // it is not ours to look at, or has gone
        for (fs::directory_iterator at{"/proc/" + std::to_string(pid) + "/fd", error}, end;
             !error && at != end; at.increment(error)) {
            std::error_code closed;
            const auto inode = inode_of(fs::read_symlink(at->path(), closed).native());
            const auto found = inode ? wanted.find(*inode) : wanted.end();
            if (found == wanted.end()) {
                continue;
            }
            name = name.empty() ? process_name(pid) : name;
            found->second->pid = pid;
            found->second->process = name;
            wanted.erase(found);
        }
    }
}

} // namespace wmclients::live
