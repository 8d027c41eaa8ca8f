#include <wmclients/base/endpoint.hpp>
#include <wmclients/extract/header_archive.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_extract_header_archive {

using namespace wmclients;
using extract::HeaderArchive;

namespace {

const Endpoint sink = *parse_endpoint("10.78.0.1:8080");
const Endpoint other_sink = *parse_endpoint("[fd78::1]:8080");

void give(HeaderArchive& archive, const Endpoint& server, const std::string& header, std::uint64_t packet)
{
    dissect::Connection connection;
    connection.server = server;
    connection.client = {server.address, static_cast<std::uint16_t>(packet)};
    archive.asf_header(connection, as_bytes(header), {packet, {}, 0});
}

std::string found(const HeaderArchive& archive, const std::vector<Endpoint>& servers, std::uint64_t packet)
{
    const auto headers = archive.of(servers);
    const extract::ArchivedHeader* const kept = extract::find_header(headers, packet);
    return kept == nullptr ? "none"
                           : std::string{as_text(kept->bytes)} + "@" + std::to_string(kept->at.number);
}

} // namespace

TEST_CASE("extract/header_archive: the last one before, or else the first one after")
{
    Caps caps;
    HeaderArchive archive{caps};
    give(archive, sink, "a", 10);
    give(archive, sink, "a", 20); // the same again: the first one tells where it is from
    give(archive, sink, "b", 30);
    give(archive, other_sink, "c", 25);
    CHECK(found(archive, {sink}, 5) == "a@10");
    CHECK(found(archive, {sink}, 29) == "a@10");
    CHECK(found(archive, {sink}, 30) == "b@30");
    CHECK(found(archive, {sink, other_sink}, 29) == "c@25");
    CHECK(found(archive, {other_sink}, 1) == "c@25");
    CHECK(found(archive, {*parse_endpoint("10.78.0.2:8080")}, 100) == "none");
    CHECK(extract::find_header(archive.of(std::vector{sink}), 30)->client.port == 30);
}

TEST_CASE("extract/header_archive: it keeps no more than it may")
{
    Caps caps;
    caps.set_limit(Cap::archived_headers, 5);
    HeaderArchive archive{caps};
    give(archive, sink, "abc", 1);
    give(archive, sink, "def", 2);
    give(archive, sink, "gh", 3);
    CHECK(found(archive, {sink}, 2) == "abc@1");
    CHECK(found(archive, {sink}, 3) == "gh@3");
    CHECK(caps.times_reached(Cap::archived_headers) == 1);
}

} // namespace test_extract_header_archive
