#pragma once

#include <wmclients/capture/live_source.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace wmclients::capture {

/// Where a live capture is kept. Without rotation it is `file`; with it, a series of files whose names say
/// their number and when they were begun (UTC), and sort in that order:
/// capture_00001_20261122T174500Z.pcap.
struct RecordingOptions {
    std::string file;
    std::uint64_t rotate_size = 0; ///< a file ends before it has more bytes; 0: without a limit
    Duration rotate_time{};        ///< a file ends so long after it was begun; 0: without a limit
    std::uint64_t keep_files = 0;  ///< of a series only the latest are kept; 0: all

    [[nodiscard]] bool rotates() const { return rotate_size != 0 || rotate_time != Duration{}; }
};

/// The packets of `inner`, which are written to pcap files (nanoseconds, the link type of the source) as they
/// pass. What is written can be read by others at the next tick. A file that exists is never written to,
/// but for what is no regular file (a FIFO, a device). In wmclients_host.
///
/// The first file is created at once; fails with Error::Kind::unavailable if it cannot be. Another one is
/// begun when a packet comes that does not belong into the last. If that or writing fails, the source ends
/// with that problem.
Expected<std::unique_ptr<LiveSource>> record(std::unique_ptr<LiveSource> inner, RecordingOptions options);

} // namespace wmclients::capture
