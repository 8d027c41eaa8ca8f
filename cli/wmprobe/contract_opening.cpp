#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

// Open, GetHostURL, Disconnect, Close.

namespace probe {

using wmclients::Json;

namespace {

constexpr wchar_t fill = L'#';

/// An Open that should fail, and whether it leaves the port as it was.
Json open_with(abi::IWMWriterNetworkSink& sink, DWORD port)
{
    DWORD after = port;
    Json observed = result_json(sink.Open(&after));
    observed["port_unchanged"] = after == port;
    return observed;
}

Json accepts(Json observed, DWORD port)
{
    observed["accepts"] = Client::connect(port).has_value();
    return observed;
}

/// A socket of ours that listens.
class Listener {
  public:
    Listener() : socket_(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        int size = sizeof any;
        auto* const address = reinterpret_cast<sockaddr*>(&any);
        if (bind(socket_, address, size) != 0 || listen(socket_, 1) != 0
            || getsockname(socket_, address, &size) != 0) {
            throw NotAnswered{"no socket of ours can listen"};
        }
        port_ = ntohs(any.sin_port);
    }

    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    ~Listener() { closesocket(socket_); }

    [[nodiscard]] DWORD port() const { return port_; }

  private:
    SOCKET socket_;
    DWORD port_ = 0;
};

Json url_result(abi::IWMWriterNetworkSink& sink)
{
    DWORD length = 0;
    return result_json(sink.GetHostURL(nullptr, &length));
}

void host_url(Report& report, TestSink& test)
{
    abi::IWMWriterNetworkSink& sink = test.sink();
    constexpr DWORD ample = 2048;
    std::vector<wchar_t> url(ample, L'\0');
    DWORD length = ample - 1;
    const HRESULT result = sink.GetHostURL(url.data(), &length);
    const std::string text = SUCCEEDED(result) ? utf8(url.data()) : "";
    const auto needed = static_cast<DWORD>(wcslen(url.data()) + 1);
    report.ask("host-url.text", [&] {
        const std::string port = fmt::format(":{}", test.port());
        Json observed = result_json(result);
        observed["scheme"] = text.substr(0, text.find("//") + 2);
        observed["ends_with_port"] = text.size() > port.size() && text.ends_with(port);
        observed["text"] = text;
        return observed;
    });
    report.ask("host-url.sizes", [&] {
        DWORD asked = 0;
        Json observed = result_json(sink.GetHostURL(nullptr, &asked));
        observed["length_is_texts"] = asked == needed;
        observed["length"] = asked;
        return observed;
    });
    report.ask("host-url.short", [&] {
        std::vector<wchar_t> buffer(needed + 4, fill);
        DWORD asked = needed - 1;
        Json observed = result_json(sink.GetHostURL(buffer.data(), &asked));
        observed["length_is_needed"] = asked == needed;
        observed["length"] = asked;
        observed["written"] = buffer != std::vector<wchar_t>(needed + 4, fill);
        observed["buffer"] = utf8(buffer.data());
        return observed;
    });
    report.ask("host-url.null-length", [&] { return result_json(sink.GetHostURL(url.data(), nullptr)); });
}

void failures_of_open(Report& report, const std::string& dll)
{
    TestSink test{dll};
    report.ask("host-url.not-open", [&] { return url_result(test.sink()); });
    report.ask("disconnect.not-open", [&] { return result_json(test.sink().Disconnect()); });
    report.ask("close.not-open", [&] { return result_json(test.sink().Close()); });
    report.ask("open.null", [&] { return result_json(test.sink().Open(nullptr)); });
    report.ask("open.port-above-65535", [&] { return open_with(test.sink(), 65536); });
    report.ask("open.port-of-another-sink", [&] {
        TestSink other{dll};
        other.open();
        return open_with(TestSink{dll}.sink(), other.port());
    });
    report.ask("open.port-of-a-program", [&] {
        const Listener listener;
        return open_with(TestSink{dll}.sink(), listener.port());
    });
}

void life(Report& report, const std::string& dll)
{
    TestSink test{dll};
    report.ask("open.any-port", [&] {
        DWORD port = 0;
        TestSink other{dll};
        Json observed = result_json(other.sink().Open(&port));
        observed["port_told"] = port != 0 && port <= 0xFFFF;
        observed["port"] = port;
        return observed;
    });
    test.open();
    report.ask("open.twice", [&] { return open_with(test.sink(), test.port()); });
    report.ask("open.ipv4", [&] { return accepts(Json::object(), test.port()); });
    report.ask("open.ipv6", [&] {
        if (!has_ipv6()) {
            throw NotAnswered{"this machine has no ::1"};
        }
        return Json::object({{"accepts", Client::connect(test.port(), From::ipv6_loopback).has_value()}});
    });
    host_url(report, test);
    report.ask("disconnect.keeps-port",
               [&] { return accepts(result_json(test.sink().Disconnect()), test.port()); });
    report.ask("host-url.after-disconnect", [&] { return url_result(test.sink()); });
    report.ask("close.releases-port", [&] { return accepts(result_json(test.sink().Close()), test.port()); });
    report.ask("host-url.after-close", [&] { return url_result(test.sink()); });
    report.ask("close.twice", [&] { return result_json(test.sink().Close()); });
    report.ask("open.port-that-was-closed", [&] {
        TestSink other{dll};
        DWORD port = test.port();
        return result_json(other.sink().Open(&port));
    });
    report.ask("open.again", [&] {
        DWORD port = 0;
        return result_json(test.sink().Open(&port));
    });
}

} // namespace

void opening_scene(Report& report, const std::string& dll)
{
    Report::part([&] { failures_of_open(report, dll); });
    Report::part([&] { life(report, dll); });
}

} // namespace probe
