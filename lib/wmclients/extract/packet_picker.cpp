#include <wmclients/extract/packet_picker.hpp>

#include <algorithm>

namespace wmclients::extract {

PacketPicker::PacketPicker(const std::vector<PickedConnection>& connections, OutputFiles& files, Caps& caps,
                           std::vector<PickResult>& results)
    : connections_(connections), files_(files), results_(results), decoder_(caps), dissector_(*this, caps)
{
    results_.assign(connections.size(), {});
    for (std::size_t i = 0; i < connections.size(); ++i) {
        picks_[{connections[i].client, connections[i].server}].indexes.push_back(i);
    }
    for (auto& [pair, picks] : picks_) {
        std::sort(picks.indexes.begin(), picks.indexes.end(), [&](std::size_t left, std::size_t right) {
            return connections_[left].id < connections_[right].id;
        });
    }
}

void PacketPicker::connection_open(const dissect::Connection& connection)
{
    const auto found =
        connection.syn_seen ? picks_.find({connection.client, connection.server}) : picks_.end();
    if (found == picks_.end()) {
        return;
    }
    Picks& picks = found->second;
    while (!picks.over() && connections_[picks.indexes[picks.current]].id < connection.id) {
        next(picks);
    }
}

void PacketPicker::packet(const capture::Packet& packet)
{
    net::Segment segment;
    net::Datagram datagram;
    const std::uint64_t fragments = decoder_.stats().fragments;
    if (failure_ || decoder_.decode(packet, segment, datagram) != net::PacketDecoder::Result::segment) {
        return;
    }
    dissector_.segment(segment);
    auto found = picks_.find({segment.source, segment.destination});
    if (found == picks_.end()) {
        found = picks_.find({segment.destination, segment.source});
    }
    if (found == picks_.end()) {
        return;
    }
    Picks& picks = found->second;
    const auto has_begun = [&](std::size_t which) {
        return which < picks.indexes.size()
               && packet.ref.number >= connections_[picks.indexes[which]].first_packet;
    };
    while (has_begun(picks.current + 1)) {
        next(picks);
    }
    if (has_begun(picks.current)) {
        write(picks, packet, decoder_.stats().fragments != fragments);
    }
}

void PacketPicker::write(Picks& picks, const capture::Packet& packet, bool fragment)
{
    const std::size_t index = picks.indexes[picks.current];
    PickResult& result = results_[index];
    if (failure_) {
        return;
    }
    if (fragment) {
        ++result.fragmented_segments;
        return;
    }
    if (!picks.file) {
        Expected<std::unique_ptr<OutputFile>> made = files_.create(index, 0);
        Expected<capture::PcapFile> begun =
            made ? capture::PcapFile::begin(packet.link, std::move(*made)) : tl::unexpected(made.error());
        if (!begun) {
            failure_ = begun.error();
            return;
        }
        picks.file.emplace(std::move(*begun));
    }
    if (picks.file->link() != packet.link) {
        ++result.other_links;
        return;
    }
    if (Expected<void> written = picks.file->write(packet); !written) {
        failure_ = written.error();
    }
}

/// The current one has ended.
void PacketPicker::next(Picks& picks)
{
    PickResult& result = results_[picks.indexes[picks.current]];
    ++picks.current;
    if (picks.file && !failure_) {
        if (Expected<void> finished = picks.file->finish(); !finished) {
            failure_ = finished.error();
        } else {
            result.name = picks.file->name();
            result.bytes = picks.file->bytes();
            result.packets = picks.file->packets();
        }
    }
    picks.file.reset();
}

void PacketPicker::finish()
{
    for (auto& [pair, picks] : picks_) {
        while (!picks.over()) {
            next(picks);
        }
    }
    picks_.clear();
}

} // namespace wmclients::extract
