#include <wmclients/live/process.hpp>
#include <wmclients/live/runtime_file.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace test_live_runtime_file {

using namespace wmclients;
using namespace wmclients::live;
namespace fs = std::filesystem;

namespace {

/// A scratch folder as XDG_RUNTIME_DIR.
struct RuntimeDirectory {
    fs::path path;

    RuntimeDirectory()
    {
        std::string name = (fs::temp_directory_path() / "wmclients-runtime-XXXXXX").string();
        path = mkdtemp(name.data());
        setenv("XDG_RUNTIME_DIR", path.c_str(), 1);
    }

    ~RuntimeDirectory()
    {
        unsetenv("XDG_RUNTIME_DIR");
        fs::remove_all(path);
    }

    RuntimeDirectory(const RuntimeDirectory&) = delete;
    RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;

    [[nodiscard]] fs::path folder() const { return path / "wmclients"; }

    void put(const std::string& name, const std::string& text) const
    {
        std::FILE* const file = std::fopen((folder() / name).c_str(), "w");
        REQUIRE(file != nullptr);
        std::fputs(text.c_str(), file);
        std::fclose(file);
        fs::permissions(folder() / name, fs::perms{0644});
    }
};

/// The running sinks of a port; /run/wmclients of this machine may have others.
std::vector<RunningSink> running_on(std::uint16_t port)
{
    auto sinks = running_sinks();
    std::erase_if(sinks, [&](const RunningSink& sink) { return sink.port != port; });
    return sinks;
}

RunningSink sample()
{
    RunningSink sink;
    sink.port = 1; // nobody's
    sink.started_at = timestamp_from(1'790'000'000, 0);
    sink.addresses = {*parse_address("::"), *parse_address("10.0.0.1")};
    sink.url = "mmsh://host:1";
    return sink;
}

} // namespace

TEST_CASE("live/runtime_file: it is found while it lives, and gone with it")
{
    const RuntimeDirectory scratch;
    {
        const auto file = RuntimeFile::create(sample());
        REQUIRE(file.has_value());

        struct stat status {};

        REQUIRE(stat(scratch.folder().c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0700);
        const auto sinks = running_on(1);
        REQUIRE(sinks.size() == 1);
        CHECK(sinks.front().pid == static_cast<std::uint64_t>(getpid()));
        CHECK(sinks.front().start_ticks == process_start(sinks.front().pid));
        CHECK(sinks.front().started_at == sample().started_at);
        CHECK(sinks.front().addresses == sample().addresses);
        CHECK(sinks.front().url == "mmsh://host:1");
        CHECK(std::distance(fs::directory_iterator{scratch.folder()}, {}) == 1);
    }
    CHECK(running_on(1).empty());
    CHECK(fs::is_empty(scratch.folder()));
}

TEST_CASE("live/runtime_file: files of processes that have gone, or that began at another time, are removed")
{
    const RuntimeDirectory scratch;
    fs::create_directory(scratch.folder());
    fs::permissions(scratch.folder(), fs::perms{0700});
    const std::string rest = R"(,"started_at":null,"port":1,"addresses":["::"],"url":null})";
    scratch.put("4194305.json",
                R"({"schema_version":1,"pid":4194305,"start_ticks":5)" + rest); // above pid_max
    scratch.put("2.json",
                R"({"schema_version":1,"pid":)" + std::to_string(getpid()) + R"(,"start_ticks":1)" + rest);
    scratch.put("3.json", "not JSON");
    scratch.put("4.json", R"({"schema_version":2})");
    scratch.put("notes.txt", "somebody's");
    CHECK(running_on(1).empty());
    CHECK_FALSE(fs::exists(scratch.folder() / "4194305.json"));
    CHECK_FALSE(fs::exists(scratch.folder() / "2.json"));
    CHECK(fs::exists(scratch.folder() / "3.json")); // of whom, nobody knows
    CHECK(fs::exists(scratch.folder() / "4.json"));
    CHECK(fs::exists(scratch.folder() / "notes.txt"));
}

TEST_CASE("live/runtime_file: no symbolic link is followed, and nothing is trusted that others may write")
{
    const RuntimeDirectory scratch;
    const fs::path elsewhere = scratch.path / "elsewhere";
    fs::create_directory(elsewhere);
    fs::permissions(elsewhere, fs::perms{0700});
    fs::create_directory_symlink(elsewhere, scratch.folder());
    CHECK_FALSE(RuntimeFile::create(sample()).has_value());
    CHECK(fs::is_empty(elsewhere));
    fs::remove(scratch.folder());

    const auto file = RuntimeFile::create(sample());
    REQUIRE(file.has_value());
    REQUIRE(running_on(1).size() == 1);
    const fs::path name = scratch.folder() / (std::to_string(getpid()) + ".json");
    fs::permissions(name, fs::perms{0666});
    CHECK(running_on(1).empty());
    fs::permissions(name, fs::perms{0644});
    fs::rename(name, elsewhere / "file.json");
    fs::create_symlink(elsewhere / "file.json", name);
    CHECK(running_on(1).empty());
    fs::rename(elsewhere / "file.json", name);
    REQUIRE(running_on(1).size() == 1);
    fs::permissions(scratch.folder(), fs::perms{0777});
    CHECK(running_on(1).empty());
    CHECK_FALSE(RuntimeFile::create(sample()).has_value());
}

TEST_CASE("live/runtime_file: a folder that cannot be made is an error with its name")
{
    const RuntimeDirectory scratch;
    setenv("XDG_RUNTIME_DIR", (scratch.path / "missing").c_str(), 1);
    const auto file = RuntimeFile::create(sample());
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().kind == Error::Kind::unavailable);
    CHECK(file.error().message.find("missing/wmclients") != std::string::npos);
}

TEST_CASE("live/process: its name and its beginning")
{
    const auto self = static_cast<std::uint64_t>(getpid());
    CHECK(process_name(self) == "wmclients_unit");
    CHECK(process_start(self).value_or(0) > 0);
    CHECK_FALSE(process_start(4'194'305).has_value()); // above pid_max
    CHECK(process_name(4'194'305).empty());
}

} // namespace test_live_runtime_file
