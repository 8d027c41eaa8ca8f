#include <wmclients/base/json.hpp>
#include <wmclients/live/process.hpp>
#include <wmclients/live/runtime_file.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace wmclients::live {
namespace {

constexpr std::string_view suffix = ".json";
constexpr const char* root_folder = "/run/wmclients";
constexpr std::size_t longest_file = 64U << 10;
constexpr std::size_t most_files = 4096; ///< looked at in a folder
constexpr unsigned file_version = 1;

/// A descriptor that is closed with it; -1: none.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}

    ~Descriptor()
    {
        if (number_ >= 0) {
            close(number_);
        }
    }

    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}

    Descriptor& operator=(Descriptor&&) = delete;

    [[nodiscard]] int get() const { return number_; }

    [[nodiscard]] int release() { return std::exchange(number_, -1); }

  private:
    int number_;
};

/// Whether what is open is of a user who is trusted, and nobody else may write it.
bool is_trusted(int descriptor, mode_t kind)
{
    struct stat status {};

    return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind
           && (status.st_uid == geteuid() || status.st_uid == 0)
           && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// Opens a folder that can be trusted.
Descriptor open_folder(const std::string& path)
{
    Descriptor folder{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    return is_trusted(folder.get(), S_IFDIR) ? std::move(folder) : Descriptor{-1};
}

std::string to_text(const RunningSink& sink)
{
    Json object = Json::object();
    object["schema_version"] = file_version;
    object["pid"] = sink.pid;
    object["start_ticks"] = sink.start_ticks;
    object["started_at"] = to_rfc3339(sink.started_at);
    object["port"] = sink.port;
    object["addresses"] = Json::array();
    for (const IpAddress& address : sink.addresses) {
        object["addresses"].push_back(to_string(address));
    }
    put_text(object, "url", sink.url);
    return dump(object) + "\n";
}

std::optional<RunningSink> sink_from(std::string_view text)
{
    const Json object = Json::parse(text, nullptr, false);
    const auto addresses = object.is_object() ? object.find("addresses") : object.end();
    const std::uint64_t port = get_number(object, "port");
    if (addresses == object.end() || !addresses->is_array() || port == 0 || port > 65535
        || get_number(object, "schema_version") != file_version) {
        return {};
    }
    RunningSink sink;
    sink.pid = get_number(object, "pid");
    sink.start_ticks = get_number(object, "start_ticks");
    sink.started_at = get_time(object, "started_at").value_or(Timestamp{});
    sink.port = static_cast<std::uint16_t>(port);
    sink.url = get_text(object, "url");
    for (const Json& entry : *addresses) {
        if (const auto address = parse_address(entry.is_string() ? entry.get<std::string>() : "")) {
            sink.addresses.push_back(*address);
        }
    }
    return sink;
}

/// A file of a trusted folder; empty if it is none of ours.
std::optional<RunningSink> read_file(int folder, const char* name)
{
    const Descriptor file{openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!is_trusted(file.get(), S_IFREG)) {
        return {};
    }
    std::string text(longest_file, '\0');
    const ssize_t got = read(file.get(), text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return sink_from(text);
}

/// Reads the files of a folder. @param clean remove those of processes that have gone
void read_folder(const std::string& path, bool clean, std::vector<RunningSink>& sinks)
{
    struct Close {
        void operator()(DIR* open) const { closedir(open); }
    };

    Descriptor descriptor = open_folder(path);
    const int folder = descriptor.get();
    const std::unique_ptr<DIR, Close> listing{folder < 0 ? nullptr : fdopendir(folder)};
    if (!listing) {
        return;
    }
    static_cast<void>(descriptor.release()); // it is the listing's now
    for (std::size_t count = 0; count < most_files; ++count) {
        // cppcheck-suppress readdirCalled ; the listing is this function's alone
        const dirent* const entry = readdir(listing.get());
        if (entry == nullptr) {
            return;
        }
        const std::string_view name{entry->d_name};
        if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) {
            continue;
        }
        auto sink = read_file(folder, entry->d_name);
        if (!sink) {
            continue;
        }
        if (process_start(sink->pid) == sink->start_ticks) {
            sinks.push_back(std::move(*sink));
        } else if (clean) {
            unlinkat(folder, entry->d_name, 0);
        }
    }
}

tl::unexpected<Error> cannot(std::string_view what, const std::string& where)
{
    return failure(Error::Kind::unavailable, fmt::format("{} {}: {}", where, what, std::strerror(errno)));
}

} // namespace

std::string runtime_folder()
{
    // A relative path is to be ignored (XDG Base Directory Specification, "Basics").
    const char* const given = std::getenv("XDG_RUNTIME_DIR"); // nobody sets it
    if (given != nullptr && *given == '/') {
        return std::string{given} + "/wmclients";
    }
    return geteuid() == 0 ? root_folder : fmt::format("/tmp/wmclients-{}", geteuid());
}

Expected<RuntimeFile> RuntimeFile::create(RunningSink sink)
{
    sink.pid = static_cast<std::uint64_t>(getpid());
    sink.start_ticks = process_start(sink.pid).value_or(0);
    const std::string path = runtime_folder();
    // Everybody may see root's services; the ports are no secret.
    if (mkdir(path.c_str(), path == root_folder ? 0755 : 0700) != 0 && errno != EEXIST) {
        return cannot("cannot be made", path);
    }
    Descriptor folder = open_folder(path);
    if (folder.get() < 0) {
        return failure(Error::Kind::unavailable,
                       path + " is not a folder of this user's own that nobody else may write");
    }
    const std::string name = fmt::format("{}{}", sink.pid, suffix);
    const std::string aside = name + ".new";
    unlinkat(folder.get(), aside.c_str(), 0); // of a process of the same number that was stopped halfway
    const Descriptor file{
        openat(folder.get(), aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
    const std::string text = to_text(sink);
    const bool written = file.get() >= 0 && fchmod(file.get(), 0644) == 0
                         && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())
                         && renameat(folder.get(), aside.c_str(), folder.get(), name.c_str()) == 0;
    if (!written) {
        auto problem = cannot("cannot be written", path + "/" + name);
        unlinkat(folder.get(), aside.c_str(), 0);
        return problem;
    }
    return RuntimeFile{folder.release(), name};
}

RuntimeFile::RuntimeFile(RuntimeFile&& other) noexcept
    : folder_(std::exchange(other.folder_, -1)), name_(std::move(other.name_))
{
}

RuntimeFile::~RuntimeFile()
{
    if (folder_ >= 0) {
        unlinkat(folder_, name_.c_str(), 0);
        close(folder_);
    }
}

std::vector<RunningSink> running_sinks()
{
    std::vector<RunningSink> sinks;
    const std::string own = runtime_folder();
    read_folder(own, true, sinks);
    if (own != root_folder) {
        read_folder(root_folder, false, sinks);
    }
    std::sort(sinks.begin(), sinks.end(),
              [](const RunningSink& a, const RunningSink& b) { return a.port < b.port; });
    return sinks;
}

} // namespace wmclients::live
