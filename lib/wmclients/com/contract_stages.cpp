#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>

// What the query methods say from Create to Close, without a client (com/sink_assumptions.hpp: has_begun()).

namespace wmclients::com::contract {
namespace {

using assumptions::Stage;

template <Stage stage>
Json at()
{
    return record_all(OwnQueryMethods{Snapshot{assumptions::has_begun(stage), {}}});
}

} // namespace

Cases stage_cases()
{
    return {
        {"states.fresh", 3, "The query methods of a sink that was just created", at<Stage::fresh>},
        {"states.open", 3, "The query methods after Open", at<Stage::open>},
        {"states.header", 3, "The query methods after the first OnHeader", at<Stage::header>},
        {"states.data", 3, "The query methods after the first OnDataUnit", at<Stage::data>},
        {"states.ended", 3, "The query methods after OnEndWriting", at<Stage::ended>},
        {"states.disconnected", 3, "The query methods after Disconnect", at<Stage::disconnected>},
        {"states.closed", 3, "The query methods after Close", at<Stage::closed>},
        {"states.open-again", 3, "The query methods after another Open, before a new OnHeader",
         at<Stage::closed>},
        // With IWMWriter, where the DLL has one: facts, since we have none.
        {"states.writer.added", 3, "The query methods after Open and IWMWriterAdvanced::AddSink"},
        {"states.writer.begun", 3, "The query methods after IWMWriter::BeginWriting"},
        {"states.writer.ended", 3, "The query methods after IWMWriter::EndWriting"},
        {"states.writer.removed", 3, "The query methods after IWMWriterAdvanced::RemoveSink"},
        {"writer.add-sink", 12,
         "AddSink and RemoveSink: NULL, twice, unknown, while writing (NS_E_INVALID_STATE)"},
    };
}

} // namespace wmclients::com::contract
