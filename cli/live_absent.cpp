#include "commands.hpp"
#include "live.hpp"
#include "name_lookups.hpp"

namespace cli {

void add_live_options(CLI::App&, LiveOptions&, LiveOptionSet) {}

std::string live_example(std::string_view)
{
    return {};
}

void setup_interfaces(CLI::App&, int&) {}

void setup_watch(CLI::App&, int&) {}

wmclients::Expected<std::unique_ptr<wmclients::capture::LiveSource>>
open_live_source(const LiveOptions&, const std::string&, const wmclients::timeline::SinkSelection&)
{
    return wmclients::failure(wmclients::Error::Kind::usage, "-i is not in this build for Windows");
}

wmclients::Expected<std::unique_ptr<NameLookups>> NameLookups::open(wmclients::timeline::EventListener&)
{
    return wmclients::failure(wmclients::Error::Kind::usage, "--resolve is not in this build for Windows");
}

} // namespace cli
