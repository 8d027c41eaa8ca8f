#include <doctest/doctest.h>
#include <fuzz/targets.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// Everything that a fuzzer ever found (tests/fuzz/regressions/TARGET/NAME), once more.

using namespace wmclients;

TEST_CASE("fuzz: what was found stays mended")
{
    std::size_t replayed = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{WMCLIENTS_FUZZ_REGRESSIONS}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string name = entry.path().parent_path().filename();
        CAPTURE(entry.path().string());
        const auto all = fuzz::targets();
        const auto target =
            std::find_if(all.begin(), all.end(), [&](const fuzz::Target& one) { return one.name == name; });
        REQUIRE(target != all.end());
        std::ifstream stream{entry.path(), std::ios::binary};
        const std::string input{std::istreambuf_iterator<char>{stream}, {}};
        CHECK_NOTHROW(target->run(as_bytes(input)));
        ++replayed;
    }
    CHECK(replayed != 0);
}
