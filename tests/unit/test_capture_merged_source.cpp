#include "test_capture_support.hpp"

#include <wmclients/capture/merged_source.hpp>
#include <wmclients/capture/pcap_reader.hpp>

#include <doctest/doctest.h>

#include <map>

namespace test_capture_merged_source {

using namespace capture_test;

namespace {

/// Files in memory that count how often they are opened and how many are open at once.
class Shelf {
  public:
    void put(const std::string& name, const std::string& bytes, bool reopens = true)
    {
        MergeInput input;
        input.name = name;
        input.reopens = reopens;
        input.open = [this, name, bytes](std::size_t window) -> Expected<std::unique_ptr<PacketSource>> {
            ++opened[name];
            auto source = open_capture(std::make_unique<MemorySource>(bytes), name, window);
            if (!source) {
                return source;
            }
            return std::make_unique<Counted>(std::move(*source), *this);
        };
        inputs.push_back(std::move(input));
    }

    Expected<std::unique_ptr<PacketSource>> merge() { return merge_sources(inputs); }

    std::vector<MergeInput> inputs;
    std::map<std::string, int> opened;
    int open_now = 0;
    int most_open = 0;

  private:
    class Counted final : public PacketSource {
      public:
        Counted(std::unique_ptr<PacketSource> inner, Shelf& shelf) : inner_(std::move(inner)), shelf_(shelf)
        {
            shelf_.most_open = std::max(shelf_.most_open, ++shelf_.open_now);
        }

        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;

        ~Counted() override { --shelf_.open_now; }

        bool next(Packet& out) override { return inner_->next(out); }

        [[nodiscard]] std::vector<Error> problems() const override { return inner_->problems(); }

        [[nodiscard]] CaptureQuality quality() const override { return inner_->quality(); }

        [[nodiscard]] std::uint64_t bytes_read() const override { return inner_->bytes_read(); }

        [[nodiscard]] std::uint64_t size() const override { return inner_->size(); }

      private:
        std::unique_ptr<PacketSource> inner_;
        Shelf& shelf_;
    };
};

std::string merged_marks(Shelf& shelf)
{
    auto source = shelf.merge();
    REQUIRE(source);
    return marks(read_all(**source));
}

} // namespace

TEST_CASE("capture/merged_source: packets come in the order of time, numbered through")
{
    Shelf shelf;
    shelf.put("b", simple_pcap({2000, 4000, 5000}, 'b'));
    shelf.put("a", simple_pcap({3000, 3500, 6000}, 'a'));
    shelf.put("c", simple_pcap({1000, 4500}, 'c'));
    auto source = shelf.merge();
    REQUIRE(source);
    const auto packets = read_all(**source);
    CHECK(marks(packets) == "cbaabcba");
    for (std::size_t i = 0; i < packets.size(); ++i) {
        CHECK(packets[i].number == i + 1);
    }
    // Files count in the order of their first times.
    CHECK((*source)->file_names() == std::vector<std::string>{"c", "b", "a"});
    CHECK(packets[0].file == 0);
    CHECK(packets[1].file == 1);
    CHECK(packets[2].file == 2);
    CHECK((*source)->quality().packets == 8);
    CHECK((*source)->quality().bytes == 8);
    CHECK((*source)->problems().empty());
    CHECK((*source)->bytes_read() == (*source)->size());
}

TEST_CASE("capture/merged_source: equal times go by the first time of the file, then by its name")
{
    Shelf by_first;
    by_first.put("a", simple_pcap({2000, 3000, 3000}, 'a'));
    by_first.put("z", simple_pcap({1000, 3000}, 'z'));
    CHECK(merged_marks(by_first) == "zazaa");

    Shelf by_name;
    by_name.put("y", simple_pcap({1000, 2000}, 'y'));
    by_name.put("x", simple_pcap({1000, 2000}, 'x'));
    CHECK(merged_marks(by_name) == "xyxy");
}

TEST_CASE("capture/merged_source: packets of a file are never reordered")
{
    Shelf shelf;
    std::string back = pcap_header();
    for (const auto& [second, mark] : {std::pair{1U, "1"}, {5U, "2"}, {2U, "3"}, {6U, "4"}}) {
        back += pcap_record(second, 0, mark);
    }
    shelf.put("back", back);
    shelf.put("other", simple_pcap({3000, 5500}, 'o'));
    auto source = shelf.merge();
    REQUIRE(source);
    const auto packets = read_all(**source);
    CHECK(marks(packets) == "1o23o4");
    CHECK((*source)->quality().clock_steps_back == 1);
    CHECK(std::ranges::is_sorted(packets, {}, &Kept::time));
}

TEST_CASE("capture/merged_source: a long series is read one file after the other")
{
    Shelf shelf;
    constexpr unsigned count = 2000;
    for (unsigned i = 0; i < count; ++i) {
        shelf.put("part" + std::to_string(i), simple_pcap({i * 10'000, i * 10'000 + 5'000}));
    }
    auto source = shelf.merge();
    REQUIRE(source);
    CHECK(shelf.open_now == 0);
    Packet packet;
    std::uint64_t number = 0;
    std::uint32_t file = 0;
    while ((*source)->next(packet)) {
        CHECK(packet.ref.number == ++number);
        CHECK(packet.ref.file >= file);
        file = packet.ref.file;
    }
    CHECK(number == 2 * count);
    CHECK(file == count - 1);
    CHECK(shelf.most_open == 1);
    CHECK(shelf.opened["part7"] == 2);
    CHECK(shelf.open_now == 0);
}

TEST_CASE("capture/merged_source: a file is opened a second before its first packet, not earlier")
{
    Shelf shelf;
    shelf.put("early", simple_pcap({1000, 8'999, 9'000, 20'000}, 'e'));
    shelf.put("late", simple_pcap({10'000, 30'000}, 'l'));
    auto source = shelf.merge();
    REQUIRE(source);
    Packet packet;
    CHECK(((*source)->next(packet) && (*source)->next(packet)));
    CHECK(shelf.open_now == 1);
    CHECK((*source)->next(packet));
    CHECK(shelf.open_now == 2);
    CHECK(marks(read_all(**source)) == "lel");
}

TEST_CASE("capture/merged_source: what can be opened only once is opened only once")
{
    Shelf shelf;
    shelf.put("pipe", simple_pcap({1000, 90'000}, 'p'), false);
    shelf.put("file", simple_pcap({50'000}, 'f'));
    shelf.put("late pipe", simple_pcap({100'000, 100'001}, 'l'), false);
    CHECK(merged_marks(shelf) == "pfpll");
    CHECK(shelf.opened["pipe"] == 1);
    CHECK(shelf.opened["late pipe"] == 1);
    CHECK(shelf.opened["file"] == 2);
}

TEST_CASE("capture/merged_source: a damaged file does not stop the others and is told once")
{
    Shelf shelf;
    shelf.put("good", simple_pcap({1000, 9000}, 'g'));
    shelf.put("cut", simple_pcap({2000, 3000}, 'c') + "tail");
    shelf.put("text", "this is a text");
    shelf.put("empty", pcap_header());
    shelf.put("cut at once", pcap_header() + "x");
    auto source = shelf.merge();
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "gccg");
    std::string told;
    for (const Error& problem : (*source)->problems()) {
        told += problem.message.substr(0, problem.message.find(':')) + ",";
    }
    CHECK(told == "text,cut at once,cut,");
    CHECK((*source)->quality().packets == 4);
}

TEST_CASE("capture/merged_source: a file that is gone when its turn comes is a problem")
{
    Shelf shelf;
    shelf.put("a", simple_pcap({1000}, 'a'));
    int times = 0;
    MergeInput vanishing;
    vanishing.name = "b";
    vanishing.open = [&times](std::size_t) -> Expected<std::unique_ptr<PacketSource>> {
        if (++times > 1) {
            return wmclients::failure(Error::Kind::damaged, "b: gone");
        }
        return open_bytes(simple_pcap({50'000}, 'b'));
    };
    shelf.inputs.push_back(vanishing);
    shelf.put("c", simple_pcap({60'000}, 'c'));
    auto source = shelf.merge();
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "ac");
    REQUIRE((*source)->problems().size() == 1);
    CHECK((*source)->problems()[0].message == "b: gone");
}

TEST_CASE("capture/merged_source: fails only if nothing can be opened")
{
    Shelf shelf;
    shelf.put("one", "text");
    const auto single = shelf.merge();
    REQUIRE_FALSE(single);
    CHECK(single.error().message == "one: no pcap or pcapng capture, but text");
    shelf.put("two", "text");
    const auto both = shelf.merge();
    REQUIRE_FALSE(both);
    CHECK(both.error().kind == Error::Kind::damaged);
    CHECK(both.error().message.find("one: no pcap") == 0);
    const auto none = merge_sources({});
    REQUIRE_FALSE(none);
    CHECK(none.error().kind == Error::Kind::usage);
}

TEST_CASE("capture/merged_source: captures without packets make an empty whole")
{
    Shelf shelf;
    shelf.put("a", pcap_header());
    shelf.put("b", ng_section());
    auto source = shelf.merge();
    REQUIRE(source);
    CHECK(read_all(**source).empty());
    CHECK((*source)->problems().empty());
}

TEST_CASE("capture/merged_source: a single file is its reader itself, opened once")
{
    int opened = 0;
    MergeInput input;
    input.name = "a";
    input.open = [&opened](std::size_t window) {
        ++opened;
        CHECK(window == large_window);
        return open_bytes(simple_pcap({1000, 2000}, 'a'));
    };
    auto source = merge_sources({input});
    REQUIRE(source);
    CHECK(dynamic_cast<PcapReader*>(source->get()) != nullptr);
    CHECK(marks(read_all(**source)) == "aa");
    CHECK(opened == 1);
}

} // namespace test_capture_merged_source
