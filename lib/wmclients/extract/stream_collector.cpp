#include <wmclients/extract/stream_collector.hpp>

#include <algorithm>

namespace wmclients::extract {

using dissect::Connection;

StreamCollector::StreamCollector(const std::vector<Row>& rows, OutputFiles& files, Gaps gaps, Caps& caps,
                                 std::vector<StreamResult>& results)
    : rows_(rows), context_{files, caps, gaps, HashKey::random(), {}}, results_(results)
{
    results_.clear();
    results_.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        carriers_[rows[i].connection].rows.push_back(i);
    }
}

dissect::Wants StreamCollector::wants() const
{
    dissect::Wants wants;
    wants.media = true;
    return wants;
}

StreamCollector::Carrier* StreamCollector::carrier_of(std::uint64_t connection)
{
    const auto found = carriers_.find(connection);
    return failure_ || found == carriers_.end() ? nullptr : &found->second;
}

void StreamCollector::on(const timeline::PlayStarted& event)
{
    if (Carrier* const carrier = carrier_of(event.connection)) {
        carrier->attached = event.ordinal;
    }
}

void StreamCollector::on(const timeline::ClientState& event)
{
    Carrier* const carrier = event.at_instant ? nullptr : carrier_of(event.connection);
    if (carrier != nullptr) {
        carrier->attached.reset(); // what comes is another attachment's, or a Describe's
    }
}

ClientStream* StreamCollector::stream_of(Carrier& carrier)
{
    if (!carrier.attached) {
        return nullptr;
    }
    const auto found = std::find_if(carrier.rows.begin(), carrier.rows.end(), [&](std::size_t row) {
        return !rows_[row].ordinal || *rows_[row].ordinal == *carrier.attached;
    });
    if (found == carrier.rows.end()) {
        return nullptr;
    }
    if (!carrier.stream || carrier.current != *found) {
        finish(carrier);
        carrier.current = *found;
        carrier.stream =
            std::make_unique<ClientStream>(*found, *rows_[*found].headers, context_, results_[*found]);
    }
    return carrier.stream.get();
}

void StreamCollector::body_start(const Connection& connection, std::uint32_t, dissect::BodyStart,
                                 const PacketRef&)
{
    if (Carrier* const carrier = carrier_of(connection.id)) {
        drop_header(*carrier);
        if (carrier->stream) {
            carrier->stream->forget_location();
        }
    }
}

void StreamCollector::asf_header(const Connection& connection, Bytes bytes, const PacketRef&)
{
    if (Carrier* const carrier = carrier_of(connection.id)) {
        if (carrier->header_memory.grow_to(context_.caps, Cap::extracted_bytes, bytes.size())) {
            carrier->header.assign(bytes.begin(), bytes.end());
        } else {
            drop_header(*carrier);
        }
    }
}

void StreamCollector::frame_begin(const Connection& connection, const wmsp::Frame& frame)
{
    Carrier* const carrier = carrier_of(connection.id);
    if (carrier == nullptr) {
        return;
    }
    drop_packet(*carrier);
    if (carrier->stream && (frame.id == wmsp::packet_id::new_header || frame.id == wmsp::packet_id::header)) {
        carrier->stream->forget_location();
    }
}

void StreamCollector::media(const Connection& connection, const wmsp::Frame& frame, Bytes bytes,
                            const PacketRef&)
{
    Carrier* const carrier = frame.id == wmsp::packet_id::data ? carrier_of(connection.id) : nullptr;
    if (carrier == nullptr || carrier->packet_lost) {
        return;
    }
    if (carrier->packet.capacity() == 0) {
        carrier->packet.swap(spare_);
    }
    carrier->packet.insert(carrier->packet.end(), bytes.begin(), bytes.end()); // PacketLength has 16 bits
    if (!carrier->packet_memory.grow_to(context_.caps, Cap::extracted_bytes, carrier->packet.capacity())) {
        drop_packet(*carrier);
        carrier->packet_lost = true;
    }
}

void StreamCollector::frame_end(const Connection& connection, const wmsp::Frame& frame, const PacketRef&)
{
    Carrier* const carrier = frame.id == wmsp::packet_id::data ? carrier_of(connection.id) : nullptr;
    if (carrier == nullptr) {
        return;
    }
    if (ClientStream* const stream = stream_of(*carrier)) {
        bool good = true;
        if (frame.complete && !carrier->header.empty()) {
            good = note(stream->header(carrier->header));
            drop_header(*carrier);
        }
        if (good) {
            note(stream->data(frame, carrier->packet));
        }
    }
    drop_packet(*carrier);
}

void StreamCollector::drop_header(Carrier& carrier)
{
    std::vector<std::uint8_t>{}.swap(carrier.header);
    carrier.header_memory.release();
}

/// One packet's memory is kept for the next, whose ever that is.
void StreamCollector::drop_packet(Carrier& carrier)
{
    carrier.packet.clear();
    if (carrier.packet.capacity() > spare_.capacity()) {
        carrier.packet.swap(spare_);
    }
    std::vector<std::uint8_t>{}.swap(carrier.packet);
    carrier.packet_memory.release();
    carrier.packet_lost = false;
}

void StreamCollector::connection_end(const Connection& connection, dissect::ConnectionEnd, const PacketRef&)
{
    if (Carrier* const carrier = carrier_of(connection.id)) {
        finish(*carrier);
        carriers_.erase(connection.id);
    }
}

void StreamCollector::finish(Carrier& carrier)
{
    if (carrier.stream && !failure_) {
        note(carrier.stream->finish());
    }
    carrier.stream.reset();
}

void StreamCollector::finish()
{
    for (auto& [id, carrier] : carriers_) {
        finish(carrier);
    }
    carriers_.clear();
}

bool StreamCollector::note(Expected<void> result)
{
    if (!result && !failure_) {
        failure_ = result.error();
    }
    return result.has_value();
}

} // namespace wmclients::extract
