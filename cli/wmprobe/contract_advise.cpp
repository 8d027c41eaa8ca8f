#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

// IWMRegisterCallback.

namespace probe {

using wmclients::Json;

namespace {

void* as_context(std::uintptr_t number)
{
    return reinterpret_cast<void*>(number);
}

/// The contexts of the first kind of event that came.
Json contexts_of(const std::vector<StatusEvent>& events)
{
    Json contexts = Json::array();
    for (const StatusEvent& event : events) {
        if (event.status == events.front().status) {
            contexts.push_back(event.context);
        }
    }
    return contexts;
}

void results(Report& report, const std::string& dll)
{
    TestSink test{dll};
    const ComPointer<abi::IWMClientConnections> nobody;
    Callback callback{nobody};
    abi::IWMRegisterCallback& registering = test.registering();
    report.ask("advise.null", [&] { return result_json(registering.Advise(nullptr, nullptr)); });
    report.ask("unadvise.null", [&] { return result_json(registering.Unadvise(nullptr, nullptr)); });
    report.ask("unadvise.unknown", [&] { return result_json(registering.Unadvise(&callback, nullptr)); });
    report.ask("unadvise.other-context", [&] {
        need(registering.Advise(&callback, as_context(1)), "Advise");
        Json observed = result_json(registering.Unadvise(&callback, as_context(2)));
        observed["references"] = callback.references();
        return observed;
    });
    report.ask("advise.references", [&] {
        Json observed{{"hresults", Json::array()}, {"references", Json::array()}};
        const auto add = [&](HRESULT result) {
            observed["hresults"].push_back(hex(static_cast<DWORD>(result)));
            observed["references"].push_back(callback.references());
        };
        add(registering.Advise(&callback, as_context(1)));
        add(registering.Advise(&callback, as_context(2)));
        add(registering.Unadvise(&callback, as_context(1)));
        add(registering.Unadvise(&callback, as_context(2)));
        return observed;
    });
}

void twice(Report& report, const std::string& dll)
{
    const ComPointer<abi::IWMClientConnections> nobody;
    Callback callback{nobody};
    TestSink test{dll};
    test.open();
    test.stream();
    need(test.registering().Advise(&callback, as_context(1)), "Advise");
    need(test.registering().Advise(&callback, as_context(2)), "another Advise");
    const Client first = test.play();
    const auto events = callback.wait(long_enough);
    report.ask("advise.twice", [&] { return Json::object({{"contexts", contexts_of(events)}}); });
    report.ask("unadvise.one-of-two", [&] {
        Json observed = result_json(test.registering().Unadvise(&callback, as_context(2)));
        callback.clear();
        const Client second = test.play();
        observed["contexts"] = contexts_of(callback.wait(long_enough));
        return observed;
    });
    test.sink().Close();
    test.registering().Unadvise(&callback, as_context(1));
}

void two_callbacks(Report& report, const std::string& dll)
{
    const ComPointer<abi::IWMClientConnections> nobody;
    Callback other{nobody};
    TestSink test{dll};
    test.open();
    test.stream();
    report.ask("advise.two-callbacks", [&] {
        need(test.registering().Advise(&other, as_context(1)), "another Advise");
        const Client client = test.play();
        const bool first = !test.callback().wait(long_enough).empty();
        const bool second = !other.wait(long_enough).empty();
        test.registering().Unadvise(&other, as_context(1));
        return Json{{"first", first}, {"second", second}};
    });
    report.ask("events.unadvised", [&] {
        need(test.registering().Unadvise(&test.callback(), as_context(TestSink::context)), "Unadvise");
        test.callback().wait(std::chrono::milliseconds{500}); // for what the client before still causes
        test.callback().clear();
        const Client client = test.play();
        return Json::object({{"events", statuses_of(test.callback().wait(std::chrono::milliseconds{500}))}});
    });
}

} // namespace

void advise_scene(Report& report, const std::string& dll)
{
    Report::part([&] { results(report, dll); });
    Report::part([&] { twice(report, dll); });
    Report::part([&] { two_callbacks(report, dll); });
}

} // namespace probe
