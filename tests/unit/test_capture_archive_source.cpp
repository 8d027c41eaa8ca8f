#include "test_capture_support.hpp"

#include <wmclients/capture/archive_source.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>

namespace test_capture_archive_source {

using namespace capture_test;

namespace {

using AddFilter = int (*)(archive*);

struct Format {
    std::string name;
    AddFilter add;
    std::string nothing; ///< what the format's own program makes of no bytes at all
    bool checked;        ///< whether libarchive finds any changed byte by a checksum
};

/// Bytes from hexadecimal digits.
std::string bytes_of(const std::string& digits)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

const std::vector<Format> formats = {
    {"gzip", archive_write_add_filter_gzip, bytes_of("1f8b080000000000000303000000000000000000"), false},
    {"zstd", archive_write_add_filter_zstd, bytes_of("28b52ffd240001000099e9d851"), false},
    {"xz", archive_write_add_filter_xz,
     bytes_of("fd377a585a000004e6d6b446000000001cdf44211fb6f37d010000000004595a"), true},
    {"bzip2", archive_write_add_filter_bzip2, bytes_of("425a683917724538509000000000"), true},
    {"lz4", archive_write_add_filter_lz4, bytes_of("04224d186440a700000000055dcc02"), true},
};

std::string compress(const std::string& bytes, AddFilter add)
{
    std::string out(bytes.size() + 100'000, '\0');
    std::size_t used = 0;
    archive* writer = archive_write_new();
    add(writer);
    archive_write_set_format_raw(writer);
    archive_write_set_bytes_per_block(writer, 0);
    REQUIRE(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, bytes.data(), bytes.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    out.resize(used);
    return out;
}

/// Bytes that compress badly, so that pieces of the compressed form mean pieces of the content.
std::string noise(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 12345;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

struct Content {
    std::string bytes;
    std::optional<Error> error;
};

Content read_content(const std::string& file, std::size_t piece = SIZE_MAX, std::size_t step = 10'000)
{
    Content content;
    auto source = open_decompressed(std::make_unique<MemorySource>(file, piece), "x.pcap.z");
    if (!source) {
        content.error = source.error();
        return content;
    }
    std::vector<std::uint8_t> into(step);
    for (;;) {
        const auto got = (*source)->read(into);
        if (!got) {
            content.error = got.error();
            return content;
        }
        if (*got == 0) {
            return content;
        }
        content.bytes.append(as_text({into.data(), *got}));
    }
}

} // namespace

TEST_CASE("capture/archive_source: each compression is known by content and decompressed, in any pieces")
{
    const std::string bytes = noise(300'000);
    for (const Format& format : formats) {
        CAPTURE(format.name);
        const std::string file = compress(bytes, format.add);
        for (const std::size_t piece : {std::size_t{7}, SIZE_MAX}) {
            const Content content = read_content(file, piece);
            CHECK_FALSE(content.error);
            CHECK(content.bytes == bytes);
        }
        CHECK(read_content(file, SIZE_MAX, 1).bytes == bytes);
    }
}

TEST_CASE(
    "capture/archive_source: nothing compressed is nothing, and pieces one after the other are one content")
{
    for (const Format& format : formats) {
        CAPTURE(format.name);
        const Content nothing = read_content(format.nothing);
        CHECK_FALSE(nothing.error);
        CHECK(nothing.bytes.empty());
        const Content both = read_content(compress("one", format.add) + compress("two", format.add));
        CHECK_FALSE(both.error);
        CHECK(both.bytes == "onetwo");
    }
}

TEST_CASE("capture/archive_source: what is not compressed is read straight from the source")
{
    const std::string bytes = noise(50'000);
    auto memory = std::make_unique<MemorySource>(bytes);
    MemorySource* raw = memory.get();
    auto source = open_decompressed(std::move(memory), "x");
    REQUIRE(source);
    std::vector<std::uint8_t> into(40'000);
    const auto head = (*source)->read(into);
    REQUIRE(head);
    REQUIRE(*head > 0);
    CHECK(as_text({into.data(), *head}) == bytes.substr(0, *head));
    CHECK((*source)->read(into) == into.size());
    CHECK(raw->largest_request == into.size());
    CHECK(as_text(into) == bytes.substr(*head, into.size()));
    for (const std::string small : {"", "a", "\x1F\x8B"}) {
        CHECK(read_content(small, 1).bytes == small);
        CHECK_FALSE(read_content(small).error);
    }
}

TEST_CASE("capture/archive_source: progress is that of the compressed file")
{
    const std::string file = compress(std::string(1'000'000, 'a'), archive_write_add_filter_gzip);
    auto source = open_decompressed(std::make_unique<MemorySource>(file), "x");
    REQUIRE(source);
    CHECK((*source)->size() == file.size());
    std::vector<std::uint8_t> into(2'000'000);
    std::size_t total = 0;
    while (const std::size_t got = (*source)->read(into).value_or(0)) {
        total += got;
    }
    CHECK(total == 1'000'000);
    CHECK((*source)->bytes_read() == file.size());
}

TEST_CASE("capture/archive_source: cut data is delivered as far as it goes, then the error names the file")
{
    for (const Format& format : formats) {
        CAPTURE(format.name);
        // lz4 works in blocks of 4 MiB, bzip2 of 900 kB.
        const std::string bytes = noise(format.name == "lz4" ? 6'000'000 : 2'000'000);
        const std::string file = compress(bytes, format.add);
        const Content content = read_content(file.substr(0, file.size() * 3 / 4));
        REQUIRE(content.error);
        CHECK(content.error->kind == Error::Kind::damaged);
        CHECK(content.error->message.find("x.pcap.z: ") == 0);
        CHECK(bytes.starts_with(content.bytes));
        CHECK(content.bytes.size() > 800'000);
    }
}

TEST_CASE("capture/archive_source: every cut of a small file ends in an error or the whole, never in made-up "
          "bytes")
{
    const std::string bytes = noise(300);
    for (const Format& format : formats) {
        CAPTURE(format.name);
        const std::string file = compress(bytes, format.add);
        // Before that, the head is too short to be recognised and is handed over as it is.
        for (std::size_t size = 6; size < file.size(); ++size) {
            CAPTURE(size);
            const Content content = read_content(file.substr(0, size));
            CHECK(bytes.starts_with(content.bytes));
            CHECK((content.error.has_value() || content.bytes == bytes));
        }
    }
}

TEST_CASE("capture/archive_source: damaged data is an error")
{
    for (const Format& format : formats) {
        CAPTURE(format.name);
        std::string file = compress(noise(200'000), format.add);
        file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 0xFF);
        file[file.size() / 2 + 1] = static_cast<char>(file[file.size() / 2 + 1] ^ 0xFF);
        const Content content = read_content(file);
        CHECK((content.error.has_value() || !format.checked));
    }
}

TEST_CASE("capture/archive_source: an error of the file below is told as it is")
{
    const std::string file = compress(noise(500'000), archive_write_add_filter_zstd);
    const Error broken{Error::Kind::unavailable, "x: the disk broke"};
    auto source =
        open_decompressed(std::make_unique<MemorySource>(file.substr(0, 400'000), SIZE_MAX, broken), "x");
    REQUIRE(source);
    std::vector<std::uint8_t> into(1'000'000);
    Expected<std::size_t> got = 0;
    do {
        got = (*source)->read(into);
    } while (got && *got > 0);
    REQUIRE_FALSE(got);
    CHECK(got.error().message == "x: the disk broke");
    CHECK(got.error().kind == Error::Kind::unavailable);
}

TEST_CASE("capture/archive_source: a capture reads the same from each compression")
{
    std::string file = pcap_header();
    for (unsigned i = 0; i < 1000; ++i) {
        file += pcap_record(i, 0, noise(i));
    }
    const auto expected = read_all(file);
    for (const Format& format : formats) {
        CAPTURE(format.name);
        auto bytes = open_decompressed(std::make_unique<MemorySource>(compress(file, format.add)), "x");
        REQUIRE(bytes);
        auto source = open_capture(std::move(*bytes), "x");
        REQUIRE(source);
        CHECK(read_all(**source) == expected);
        CHECK((*source)->problems().empty());
    }
}

TEST_CASE("capture/archive_source: what is compressed several times over is refused")
{
    for (const Format& format : formats) {
        CAPTURE(format.name);
        const Content content = read_content(compress(compress(noise(3'000), format.add), format.add));
        REQUIRE(content.error);
        CHECK(content.error->message.find("compressed 2 times over") != std::string::npos);
    }
}

} // namespace test_capture_archive_source
