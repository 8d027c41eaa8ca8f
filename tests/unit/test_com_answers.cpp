#include <wmclients/com/answers.hpp>

#include <doctest/doctest.h>

namespace test_com_answers {

using namespace wmclients;

TEST_CASE("com/answers: all that the three methods say")
{
    com::Snapshot snapshot;
    snapshot.streaming = true;
    snapshot.clients = {{*parse_endpoint("192.168.0.2:4711"), "t\xC3\xA4st.example"},
                        {*parse_endpoint("[fd78::1]:80"), ""}};
    const com::Answers answers = com::answers_of(snapshot);
    CHECK(answers.count_result == Hresult::s_ok);
    REQUIRE(answers.clients.size() == 2);
    CHECK(answers.count == 2);
    CHECK(answers.clients[0].ip_address == 0xC0A80002);
    CHECK(answers.clients[0].port == 4711);
    CHECK(answers.clients[0].address == "192.168.0.2");
    CHECK(answers.clients[0].port_text == "4711");
    CHECK(answers.clients[0].dns_name == "t\xC3\xA4st.example");
    CHECK(answers.clients[1].properties_result == Hresult::ns_e_invalid_client);
    CHECK(answers.clients[1].info_result == Hresult::s_ok);
    CHECK(answers.clients[1].address == "fd78::1");
}

TEST_CASE("com/answers: before streaming there are none")
{
    const com::Answers answers = com::answers_of({});
    CHECK(answers.count_result == Hresult::ns_e_invalid_request);
    CHECK(answers.clients.empty());
}

} // namespace test_com_answers
