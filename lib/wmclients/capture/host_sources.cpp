#include <wmclients/capture/archive_source.hpp>
#include <wmclients/capture/bpf_filter.hpp>
#include <wmclients/capture/open_sources.hpp>

#include <utility>

namespace wmclients::capture {

Expected<std::unique_ptr<PacketSource>> open_sources(std::vector<std::string> names, OpenOptions options)
{
    return open_sources(std::move(names), std::move(options), {open_decompressed, filter_packets});
}

} // namespace wmclients::capture
