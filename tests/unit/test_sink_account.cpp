#include <wmclients/sink/account.hpp>

#include <doctest/doctest.h>

namespace test_sink_account {

using namespace wmclients;
using namespace wmclients::sink;

namespace {

const Endpoint server = *parse_endpoint("127.0.0.1:8080");

timeline::PlayStarted play(std::uint64_t connection)
{
    timeline::PlayStarted started;
    started.connection = connection;
    started.client = *parse_endpoint("10.0.0.1:" + std::to_string(1000 + connection % 60000));
    started.server = server;
    started.attached = {timestamp_from(static_cast<std::int64_t>(connection), 0), 0};
    started.facts.user_agent = "NSPlayer/9";
    return started;
}

void end(Account& account, std::uint64_t connection)
{
    const timeline::Moment when{timestamp_from(static_cast<std::int64_t>(connection) + 1, 0), 0};
    account.events().on(timeline::ConnectionEnded{connection, when, timeline::EndReason::client_fin, {}, {}});
    account.events().on(timeline::ConnectionClosed{connection, timeline::ConnectionClass::data, "", {}, {}});
}

struct Counting final : timeline::ClientObserver {
    int came = 0;
    int went = 0;

    void connected(const timeline::Client&, Timestamp) override { ++came; }

    void disconnected(const timeline::Client&, const timeline::Detach&, const timeline::LiveState&,
                      Timestamp) override
    {
        ++went;
    }
};

} // namespace

TEST_CASE("sink/account: those who have gone are forgotten, and nobody is told")
{
    std::vector<std::string> log;
    Account account{[&](std::string_view line) { log.emplace_back(line); }};
    account.begin_log();
    Counting observer;
    account.observers.add(observer);
    account.events().on(timeline::SinkOpen{server, {}, "Rex/1", {}});
    constexpr std::uint64_t many = 5000;
    for (std::uint64_t i = 1; i <= many; ++i) {
        account.events().on(play(i));
        if (i != 7 && i != 9) {
            end(account, i);
        }
    }
    CHECK(account.timeline().clients().size() == many);
    account.forget_gone(many / 2);
    CHECK(account.timeline().clients().size() == many);
    const std::size_t lines = log.size();
    account.forget_gone(2);
    CHECK(log.size() == lines);
    CHECK(observer.came == many);
    REQUIRE(account.timeline().clients().size() == 2);
    CHECK(account.timeline().text(account.timeline().clients()[1].user_agent) == "NSPlayer/9");

    // Life goes on for those who stay, for new ones, for the log and the observers.
    end(account, 9);
    account.events().on(play(many + 1));
    CHECK(observer.went == many - 1);
    CHECK(observer.came == many + 1);
    CHECK(account.timeline().detach_of(account.timeline().clients()[1]).reason
          == timeline::EndReason::client_fin);
    CHECK(log.size() > lines);
    account.end_log();
    CHECK(log.front().find("\"origin\":\"sink\"") != std::string::npos);
    CHECK(log.back().find("log_end") != std::string::npos);
}

TEST_CASE("sink/account: without a log there is none, and an observer may leave while it is told")
{
    struct Leaving final : timeline::ClientObserver {
        Account* account = nullptr;
        int told = 0;

        void connected(const timeline::Client&, Timestamp) override
        {
            ++told;
            account->observers.remove(*this);
        }
    };

    Account account{{}};
    account.begin_log();
    Leaving first;
    first.account = &account;
    Counting second;
    account.observers.add(first);
    account.observers.add(second);
    account.events().on(timeline::SinkOpen{server, {}, "Rex/1", {}});
    account.events().on(play(1));
    account.events().on(play(2));
    CHECK(first.told == 1);
    CHECK(second.came == 2);
    account.end_log();
}

} // namespace test_sink_account
