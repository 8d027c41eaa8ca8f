#pragma once

#include <wmclients/capture/packet_source.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wmclients::capture {

/// One file of a merge.
struct MergeInput {
    std::string name; ///< the second key of the order, after the first packet's time

    /// Opens it from its start, with a buffer of about that many bytes at first.
    std::function<Expected<std::unique_ptr<PacketSource>>(std::size_t window)> open;

    /// False for what can be read only once (standard input, a FIFO): it is kept open from the start.
    bool reopens = true;
};

/// The packets of several captures in one order (SEMANTICS, packets and time): a k-way merge by the time of
/// each file's next packet, never reordering within a file; equal times in the order of the files' first
/// times, then of their names. PacketRef::number counts through them all from 1; PacketRef::file is a file's
/// place in the order of first times.
///
/// Each file is opened to see when it begins, closed, and opened again when the clock comes within a second
/// of that; so a series of files that follow one another needs one or two descriptors. A file that cannot be
/// read is in problems() and does not stop the others; captures without packets have no place in the order.
///
/// With a single input, its own source is returned. Fails if none of the inputs can be opened.
Expected<std::unique_ptr<PacketSource>> merge_sources(std::vector<MergeInput> inputs);

} // namespace wmclients::capture
