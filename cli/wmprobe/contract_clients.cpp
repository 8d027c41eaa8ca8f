#include "contract_scenes.hpp"
#include "contract_sink.hpp"

#include <functional>
#include <vector>

// Which connections count as clients, in which order, and how they are refused.

namespace probe {

using wmclients::Json;

namespace {

/// How long for events that may not come at all.
constexpr std::chrono::milliseconds brief{500};

Client connect(const TestSink& test)
{
    auto client = Client::connect(test.port());
    if (!client) {
        throw NotAnswered{"a client cannot connect"};
    }
    return std::move(*client);
}

/// A sink that streams.
struct Streaming : TestSink {
    explicit Streaming(const std::string& dll, DWORD maximum = 5) : TestSink(dll)
    {
        need(sink().SetMaximumClients(maximum), "SetMaximumClients");
        open();
        stream();
    }
};

/// What is counted and told after something has been done, counted from now on.
Json counted(TestSink& test, std::chrono::milliseconds time)
{
    Json observed = Json::object();
    observed["events"] = statuses_of(test.callback().wait(time));
    observed["count"] = test.count();
    return observed;
}

/// A request on that connection, its answer, and what is counted and told then.
Json answered(TestSink& test, Client& client, std::string_view request)
{
    test.callback().clear();
    client.send(request);
    Json observed = Json::object({{"status", client.status()}});
    observed.update(counted(test, brief));
    observed["reply"] = client.head();
    return observed;
}

/// The client-id that a Describe gives.
std::string described(Client& client)
{
    client.send(describe_request());
    client.status();
    const std::string id = client.pragma("client-id");
    if (id.empty()) {
        throw NotAnswered{"a Describe gives no client-id"};
    }
    return id;
}

/// Requests that stand alone, each at a sink of its own.
void single_requests(Report& report, const std::string& dll)
{
    const auto ask = [&](std::string_view name, const std::string& request) {
        report.ask(name, [&] {
            Streaming test{dll};
            Client client = connect(test);
            return answered(test, client, request);
        });
    };
    ask("clients.describe", describe_request());
    ask("clients.browser", browser_request());
    ask("clients.log-unknown", log_request());
    ask("clients.play", play_request());
    ask("clients.play-unknown-id", play_request(client_id_pragma("987654321")));
    report.ask("clients.connect-only", [&] {
        Streaming test{dll};
        const Client client = connect(test);
        return counted(test, brief);
    });
    report.ask("clients.half-request", [&] {
        Streaming test{dll};
        const Client client = connect(test);
        client.send(play_request().substr(0, 60));
        return counted(test, brief);
    });
}

void sessions(Report& report, const std::string& dll)
{
    report.ask("clients.log", [&] {
        Streaming test{dll};
        Client client = connect(test);
        const std::string id = described(client);
        Client logging = connect(test);
        return answered(test, logging, log_request(client_id_pragma(id)));
    });
    report.ask("clients.play-after-describe", [&] {
        Streaming test{dll};
        Client describing = connect(test);
        const std::string id = described(describing);
        Client playing = connect(test);
        return answered(test, playing, play_request(client_id_pragma(id)));
    });
    report.ask("clients.play-same-id", [&] {
        Streaming test{dll};
        const Client first = test.play();
        test.callback().wait(long_enough);
        Client second = connect(test);
        return answered(test, second, play_request(client_id_pragma(first.pragma("client-id"))));
    });
    report.ask("clients.two-plays", [&] {
        Streaming test{dll};
        const Client first = test.play();
        test.callback().wait(long_enough);
        Client second = connect(test);
        return answered(test, second, play_request());
    });
    report.ask("clients.play-before-header", [&] {
        TestSink test{dll};
        test.open();
        Client client = connect(test);
        client.send(play_request());
        const Json status = client.status();
        test.stream();
        Json observed = Json::object({{"status", status}});
        observed.update(counted(test, brief));
        observed["reply"] = client.head();
        return observed;
    });
}

/// How a client leaves.
void leaving(Report& report, const std::string& dll)
{
    const auto ask = [&](std::string_view name, const std::function<void(Client&)>& leave) {
        report.ask(name, [&] {
            Streaming test{dll};
            Client client = test.play();
            test.callback().wait(long_enough);
            test.callback().clear();
            leave(client);
            return counted(test, long_enough);
        });
    };
    ask("clients.closes", [](Client& client) { client.close(); });
    ask("clients.resets", [](Client& client) { client.reset(); });
    ask("clients.half-closes", [](const Client& client) { client.half_close(); });
}

/// The clients in the order of their indexes, as letters; "?" for who is none of them.
std::string order_of(TestSink& test, const std::vector<std::pair<char, std::uint16_t>>& known)
{
    DWORD count = 0;
    need(test.connections().GetClientCount(&count), "GetClientCount");
    std::string letters;
    for (DWORD index = 0; index < std::min<DWORD>(count, 50); ++index) {
        abi::WM_CLIENT_PROPERTIES properties{};
        const HRESULT result = test.connections().GetClientProperties(index, &properties);
        char letter = '?';
        for (const auto& [name, port] : known) {
            letter = SUCCEEDED(result) && properties.dwPort == port ? name : letter;
        }
        letters += letter;
    }
    return letters;
}

void order(Report& report, const std::string& dll)
{
    report.ask("clients.order", [&] {
        Streaming test{dll};
        Client a = test.play();
        test.wait_for_count(1);
        const Client b = test.play();
        test.wait_for_count(2);
        const Client c = test.play();
        test.wait_for_count(3);
        std::vector<std::pair<char, std::uint16_t>> known{{'A', a.port()}, {'B', b.port()}, {'C', c.port()}};
        Json observed = Json::object({{"three", order_of(test, known)}});
        a.close();
        test.wait_for_count(2);
        observed["first_left"] = order_of(test, known);
        const Client d = test.play();
        test.wait_for_count(3);
        known.emplace_back('D', d.port());
        observed["another"] = order_of(test, known);
        return observed;
    });
}

/// A Play that should be refused; the largest count that is seen meanwhile.
Json refused(TestSink& test)
{
    test.callback().clear();
    Json most = test.count();
    std::atomic<bool> done = false;
    std::thread watcher{[&] {
        static_cast<void>(CoInitializeEx(nullptr, COINIT_MULTITHREADED));
        while (!done) {
            const Json count = test.count();
            most = count > most ? count : most;
        }
        CoUninitialize();
    }};
    Json observed = Json::object();
    auto client = Client::connect(test.port());
    if (client) {
        client->send(play_request());
        observed["status"] = client->status();
    } else {
        observed["status"] = "no connection";
    }
    observed["events"] = statuses_of(test.callback().wait(brief));
    done = true;
    watcher.join();
    observed["count"] = test.count();
    observed["most"] = most;
    observed["reply"] = client ? client->head() : "";
    return observed;
}

} // namespace

void clients_scene(Report& report, const std::string& dll)
{
    Report::part([&] { single_requests(report, dll); });
    Report::part([&] { sessions(report, dll); });
    Report::part([&] { leaving(report, dll); });
    Report::part([&] { order(report, dll); });
}

void refused_scene(Report& report, const std::string& dll)
{
    report.ask("refused.limit", [&] {
        Streaming test{dll, 1};
        const Client first = test.play();
        test.callback().wait(long_enough);
        return refused(test);
    });
    report.ask("refused.describe-at-limit", [&] {
        Streaming test{dll, 1};
        const Client first = test.play();
        test.callback().wait(long_enough);
        Client describing = connect(test);
        return answered(test, describing, describe_request());
    });
    report.ask("refused.place-freed", [&] {
        Streaming test{dll, 1};
        test.play().close();
        test.callback().wait(long_enough);
        test.wait_for_count(0);
        Client next = connect(test);
        return answered(test, next, play_request());
    });
    report.ask("refused.limit-0", [&] {
        Streaming test{dll, 0};
        return refused(test);
    });
    report.ask("refused.excluded", [&] {
        Streaming test{dll};
        abi::WM_ADDRESS_ACCESSENTRY entry{inet_addr("127.0.0.1"), 0xFFFFFFFF};
        need(test.access().AddAccessEntry(abi::WM_AETYPE_EXCLUDE, &entry), "AddAccessEntry");
        return refused(test);
    });
}

} // namespace probe
