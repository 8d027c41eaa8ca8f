#include <wmclients/output/junit.hpp>

#include <doctest/doctest.h>

namespace test_output_junit {

using namespace wmclients::output;

TEST_CASE("output/junit: passed, failed and skipped, and no text that XML or a terminal cannot bear")
{
    const std::string report =
        junit_report("a \"suite\"",
                     {{"good", {}, false}, {"bad", {"<b> & \x1b[31m", "second"}, false}, {"none", {}, true}});
    CHECK(report
          == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<testsuite name=\"a &quot;suite&quot;\" tests=\"3\" failures=\"1\" skipped=\"1\">\n"
             "  <testcase classname=\"a &quot;suite&quot;\" name=\"good\"/>\n"
             "  <testcase classname=\"a &quot;suite&quot;\" name=\"bad\">\n"
             "    <failure message=\"2 differences\">&lt;b&gt; &amp; \\x1b[31m\nsecond\n</failure>\n"
             "  </testcase>\n"
             "  <testcase classname=\"a &quot;suite&quot;\" name=\"none\"><skipped/></testcase>\n"
             "</testsuite>\n");
}

} // namespace test_output_junit
