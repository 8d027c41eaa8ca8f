#include "contract_scenes.hpp"
#include "contract_sink.hpp"

#include <wmclients/com/contract.hpp>

// The query methods from the sink's creation to its Close.

namespace probe {

void stages_scene(Report& report, const std::string& dll)
{
    Report::part([&] {
        TestSink test{dll};
        const auto ask = [&](std::string_view name) {
            report.ask(name, [&] { return wmclients::com::record_all(test.queries()); });
        };
        ask("states.fresh");
        test.open();
        ask("states.open");
        need(test.header(), "OnHeader");
        ask("states.header");
        need(test.packet(), "OnDataUnit");
        ask("states.data");
        need(test.sink().OnEndWriting(), "OnEndWriting");
        ask("states.ended");
        need(test.sink().Disconnect(), "Disconnect");
        ask("states.disconnected");
        need(test.sink().Close(), "Close");
        ask("states.closed");
        DWORD port = 0;
        need(test.sink().Open(&port), "Open");
        ask("states.open-again");
    });
}

} // namespace probe
