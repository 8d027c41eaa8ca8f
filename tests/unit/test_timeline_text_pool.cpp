#include <wmclients/timeline/text_pool.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_timeline_text_pool {

using namespace wmclients;
using timeline::TextId;
using timeline::TextPool;

TEST_CASE("timeline/text_pool: each distinct text has one id, and none is empty")
{
    Caps caps;
    TextPool pool;
    CHECK(pool.intern("", caps) == TextId::none);
    CHECK(pool.text(TextId::none).empty());
    const TextId a = pool.intern("a", caps);
    const TextId b = pool.intern("b", caps);
    CHECK(a != TextId::none);
    CHECK(a != b);
    CHECK(pool.intern(std::string{"a"}, caps) == a);
    CHECK(pool.text(b) == "b");
    const std::string_view raw{"\0\xFF", 2};
    CHECK(pool.text(pool.intern(raw, caps)) == raw);
}

TEST_CASE("timeline/text_pool: texts stay where they are, through growth and texts larger than a chunk")
{
    Caps caps;
    TextPool pool;
    const TextId first = pool.intern("first", caps);
    const char* const where = pool.text(first).data();
    std::vector<std::pair<TextId, std::string>> all;
    for (std::size_t i = 0; i < 5000; ++i) {
        const std::size_t size = i % 500 == 0 ? 40'000 : i % 7 == 0 ? 1000 : i % 50;
        std::string text = std::to_string(i) + std::string(size, 'x');
        all.emplace_back(pool.intern(text, caps), text);
    }
    for (const auto& [id, text] : all) {
        CHECK(pool.text(id) == text);
        CHECK(pool.intern(text, caps) == id);
    }
    CHECK(pool.text(first).data() == where);
}

TEST_CASE("timeline/text_pool: at the cap new texts are unknown, and old ones are found")
{
    Caps caps;
    caps.set_limit(Cap::text_bytes, 200);
    TextPool pool;
    const TextId known = pool.intern("known", caps);
    CHECK(pool.intern(std::string(300, 'x'), caps) == TextId::none);
    CHECK(caps.times_reached(Cap::text_bytes) == 1);
    CHECK(pool.intern("known", caps) == known);
    CHECK(caps.times_reached(Cap::text_bytes) == 1);
}

} // namespace test_timeline_text_pool
