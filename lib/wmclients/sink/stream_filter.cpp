#include <wmclients/sink/stream_filter.hpp>

#include <algorithm>

namespace wmclients::sink {

using wmsp::StreamSwitch;
using wmsp::Thinning;

namespace {

constexpr std::uint16_t stream_numbers = 128;

} // namespace

StreamSet streams_of(const asf::Header& header)
{
    StreamSet set;
    for (const asf::Stream& stream : header.streams) {
        const std::size_t number = stream.number % stream_numbers;
        set.all.set(number);
        set.timed.set(number, stream.kind == asf::StreamKind::audio || stream.kind == asf::StreamKind::video);
        set.video.set(number, stream.kind == asf::StreamKind::video);
    }
    return set;
}

void StreamFilter::begin(const std::vector<StreamSwitch>& entries, const StreamSet& streams)
{
    replacements_.clear();
    thinning_.fill(entries.empty() ? Thinning::all : Thinning::off);
    for (const StreamSwitch& entry : entries) {
        if (entry.destination < stream_numbers) {
            thinning_[entry.destination] = entry.thinning;
        }
    }
    restart(streams);
}

void StreamFilter::change(const std::vector<StreamSwitch>& entries, const StreamSet& streams)
{
    for (const StreamSwitch& entry : entries) {
        apply(entry, streams);
    }
    settle(streams);
}

void StreamFilter::apply(const StreamSwitch& entry, const StreamSet& streams)
{
    const bool has_source = entry.source < stream_numbers && entry.source != entry.destination;
    if (entry.destination >= stream_numbers) {
        if (has_source) {
            thinning_[entry.source] = Thinning::off;
        }
        return;
    }
    const bool begins = thinning_[entry.destination] == Thinning::off && entry.thinning != Thinning::off;
    thinning_[entry.destination] = entry.thinning;
    if (begins && streams.timed[entry.destination]) {
        waiting_.set(entry.destination);
    }
    if (!has_source) {
        return;
    }
    if (waiting_[entry.destination] && replacements_.size() < stream_numbers) {
        replacements_.push_back(
            {static_cast<std::uint8_t>(entry.source), static_cast<std::uint8_t>(entry.destination)});
    } else {
        thinning_[entry.source] = Thinning::off;
    }
}

void StreamFilter::restart(const StreamSet& streams)
{
    waiting_.reset();
    for (std::size_t number = 0; number < stream_numbers; ++number) {
        waiting_.set(number, streams.timed[number] && thinning_[number] != Thinning::off);
    }
    settle(streams);
}

void StreamFilter::settle(const StreamSet& streams)
{
    transparent_ = waiting_.none() && replacements_.empty();
    for (std::size_t number = 0; transparent_ && number < stream_numbers; ++number) {
        transparent_ = !streams.all[number] || thinning_[number] == Thinning::all;
    }
}

bool StreamFilter::keep(const asf::Payload& payload, const StreamSet& streams)
{
    const std::uint8_t number = payload.stream;
    const Thinning thinning = thinning_[number];
    if (thinning == Thinning::off || (thinning == Thinning::key_frames && !payload.key_frame)) {
        return false;
    }
    if (!waiting_[number]) {
        return true;
    }
    if (payload.object_offset != 0 || (streams.video[number] && !payload.key_frame)) {
        return false;
    }
    waiting_.reset(number);
    for (const Replacement& replacement : replacements_) {
        if (replacement.destination == number) {
            thinning_[replacement.source] = Thinning::off;
        }
    }
    replacements_.erase(std::remove_if(replacements_.begin(), replacements_.end(),
                                       [&](const Replacement& r) { return r.destination == number; }),
                        replacements_.end());
    settle(streams);
    return true;
}

} // namespace wmclients::sink
