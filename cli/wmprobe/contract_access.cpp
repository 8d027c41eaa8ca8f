#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

#include <fmt/format.h>
#include <oleauto.h>

#include <array>
#include <cstring>

// IWMAddressAccess and IWMAddressAccess2.

namespace probe {

using wmclients::Json;

namespace {

constexpr auto included = abi::WM_AETYPE_INCLUDE;
constexpr auto excluded = abi::WM_AETYPE_EXCLUDE;

/// A BSTR of ours.
class Text {
  public:
    explicit Text(const wchar_t* text) : text_(SysAllocString(text)) {}

    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

    ~Text() { SysFreeString(text_); }

    [[nodiscard]] BSTR get() const { return text_; }

  private:
    BSTR text_;
};

abi::WM_ADDRESS_ACCESSENTRY entry_of(const char* address, const char* mask)
{
    return {inet_addr(address), inet_addr(mask)};
}

/// The bytes in memory as an address; what is in network order reads right.
std::string dotted(DWORD number)
{
    std::array<unsigned char, 4> bytes{};
    std::memcpy(bytes.data(), &number, bytes.size());
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

HRESULT add_text(TestSink& test, const wchar_t* address, const wchar_t* mask)
{
    return test.access().AddAccessEntryEx(included, Text{address}.get(), Text{mask}.get());
}

/// Removes what a sink may have from the registry, and what cases added.
void clear(TestSink& test)
{
    for (const auto list : {included, excluded}) {
        DWORD count = 0;
        need(test.access().GetAccessEntryCount(list, &count), "GetAccessEntryCount");
        for (DWORD entry = 0; entry < std::min<DWORD>(count, 1000); ++entry) {
            need(test.access().RemoveAccessEntry(list, 0), "RemoveAccessEntry");
        }
    }
}

Json read_text(TestSink& test)
{
    BSTR address = nullptr;
    BSTR mask = nullptr;
    const HRESULT result = test.access().GetAccessEntryEx(included, 0, &address, &mask);
    Json observed = result_json(result);
    observed["address"] = FAILED(result) || address == nullptr ? Json(nullptr) : Json(utf8(address));
    observed["mask"] = FAILED(result) || mask == nullptr ? Json(nullptr) : Json(utf8(mask));
    if (SUCCEEDED(result)) {
        SysFreeString(address);
        SysFreeString(mask);
    }
    return observed;
}

Json read_number(TestSink& test)
{
    auto entry = entry_of("0.0.0.0", "0.0.0.0");
    Json observed = result_json(test.access().GetAccessEntry(included, 0, &entry));
    observed["address"] = dotted(entry.dwIPAddress);
    observed["mask"] = dotted(entry.dwMask);
    return observed;
}

void failures(Report& report, const std::string& dll)
{
    TestSink test{dll};
    abi::IWMAddressAccess2& access = test.access();
    DWORD count = 0;
    report.ask("access.fresh", [&] {
        DWORD in = 0;
        DWORD out = 0;
        need(access.GetAccessEntryCount(included, &in), "GetAccessEntryCount");
        need(access.GetAccessEntryCount(excluded, &out), "GetAccessEntryCount");
        return Json{{"included", in}, {"excluded", out}};
    });
    clear(test);
    report.ask("access.count-null",
               [&] { return result_json(access.GetAccessEntryCount(included, nullptr)); });
    report.ask("access.count-no-list", [&] {
        return result_json(access.GetAccessEntryCount(static_cast<abi::WM_AETYPE>(1), &count));
    });
    report.ask("access.add-null", [&] { return result_json(access.AddAccessEntry(included, nullptr)); });
    report.ask("access.ex-null-address", [&] {
        return result_json(access.AddAccessEntryEx(included, nullptr, Text{L"255.255.255.255"}.get()));
    });
    report.ask("access.ex-bad-address",
               [&] { return result_json(add_text(test, L"300.1.1.1", L"255.255.255.255")); });
    report.ask("access.ex-mixed", [&] { return result_json(add_text(test, L"::1", L"255.255.255.255")); });
    clear(test);
    auto entry = entry_of("192.168.0.1", "255.255.255.255");
    need(access.AddAccessEntry(included, &entry), "AddAccessEntry");
    report.ask("access.get-null", [&] { return result_json(access.GetAccessEntry(included, 0, nullptr)); });
    report.ask("access.get-index", [&] { return result_json(access.GetAccessEntry(included, 1, &entry)); });
    report.ask("access.remove-index", [&] { return result_json(access.RemoveAccessEntry(included, 1)); });
    BSTR text = nullptr;
    BSTR other = nullptr;
    report.ask("access.ex-get-null",
               [&] { return result_json(access.GetAccessEntryEx(included, 0, nullptr, &text)); });
    report.ask("access.ex-get-index",
               [&] { return result_json(access.GetAccessEntryEx(included, 1, &text, &other)); });
}

void entries(Report& report, const std::string& dll)
{
    TestSink test{dll};
    abi::IWMAddressAccess2& access = test.access();
    const auto ask = [&](std::string_view name, const auto& observe) {
        report.ask(name, [&] {
            clear(test);
            return observe();
        });
    };
    ask("access.same-twice", [&] {
        auto entry = entry_of("192.168.0.1", "255.255.255.255");
        need(access.AddAccessEntry(included, &entry), "AddAccessEntry");
        Json observed = result_json(access.AddAccessEntry(included, &entry));
        DWORD count = 0;
        need(access.GetAccessEntryCount(included, &count), "GetAccessEntryCount");
        observed["count"] = count;
        return observed;
    });
    ask("access.number-read-as-text", [&] {
        auto entry = entry_of("192.168.0.1", "255.255.255.0");
        need(access.AddAccessEntry(included, &entry), "AddAccessEntry");
        return read_text(test);
    });
    ask("access.text-read-as-number", [&] {
        need(add_text(test, L"192.168.0.1", L"255.255.255.0"), "AddAccessEntryEx");
        return read_number(test);
    });
    constexpr const wchar_t* whole = L"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    ask("access.ipv6-text", [&] {
        need(add_text(test, L"::1", whole), "AddAccessEntryEx");
        return read_text(test);
    });
    ask("access.ipv6-as-number", [&] {
        need(add_text(test, L"::1", whole), "AddAccessEntryEx");
        return read_number(test);
    });
}

/// The table of the Encoder's help; "client" is who plays, "other" another address.
void plays(Report& report, const std::string& dll)
{
    TestSink test{dll};
    test.open();
    test.stream();
    auto client = entry_of("127.0.0.1", "255.255.255.255");
    auto other = entry_of("10.78.0.99", "255.255.255.255");
    using Entries = std::vector<abi::WM_ADDRESS_ACCESSENTRY*>;
    const auto ask = [&](std::string_view name, const Entries& in, const Entries& out) {
        report.ask(name, [&] {
            clear(test);
            for (auto* const entry : in) {
                need(test.access().AddAccessEntry(included, entry), "AddAccessEntry");
            }
            for (auto* const entry : out) {
                need(test.access().AddAccessEntry(excluded, entry), "AddAccessEntry");
            }
            auto player = Client::connect(test.port());
            if (!player) {
                return Json::object({{"status", "no connection"}});
            }
            player->send(play_request());
            return Json::object({{"status", player->status()}});
        });
        test.wait_for_count(0);
    };
    ask("access.play.nobody-listed", {}, {});
    ask("access.play.excluded", {}, {&client});
    ask("access.play.other-excluded", {}, {&other});
    ask("access.play.included", {&client}, {});
    ask("access.play.other-included", {&other}, {});
    ask("access.play.included-other-excluded", {&client}, {&other});
    ask("access.play.included-and-excluded", {&client}, {&client});
    ask("access.play.excluded-of-two", {&client, &other}, {&client});
    report.ask("access.while-attached", [&] {
        clear(test);
        const Client attached = test.play();
        test.callback().wait(std::chrono::seconds{5});
        test.callback().clear();
        need(test.access().AddAccessEntry(excluded, &client), "AddAccessEntry");
        Json observed =
            Json::object({{"events", statuses_of(test.callback().wait(std::chrono::seconds{1}))}});
        observed["count"] = test.count();
        return observed;
    });
}

} // namespace

void access_scene(Report& report, const std::string& dll)
{
    Report::part([&] { failures(report, dll); });
    Report::part([&] { entries(report, dll); });
    Report::part([&] { plays(report, dll); });
}

} // namespace probe
