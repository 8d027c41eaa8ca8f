#pragma once

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/asf/header.hpp>
#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::sink {

class LoopClock;

/// ASF from a file or from standard input: its header, and its data packets one after the other as a live
/// encoder would send them. A regular file can be looped: it is read again from the front, and times and
/// media object numbers go on rising, so that a player sees no end. Memory does not grow with the file.
class AsfSource {
  public:
    struct Options {
        /// Begin again at the end. Only a regular file can be read again: the rest ends, whatever is set
        /// here.
        bool loop = true;
    };

    /// A data packet, without padding if it can do without (asf::remove_padding). Valid until the next call
    /// of next() and as long as the source.
    struct Packet {
        Bytes bytes;
        const asf::DataPacket& parsed; ///< of `bytes`
        std::uint32_t send_time;       ///< ms, as in `parsed`
    };

    /// Opens `path` ("-": standard input) and reads the header; a pipe is waited for. The error says why the
    /// file cannot be sent: it cannot be opened or read, is no ASF file, has no Data Object, no stream or no
    /// fixed packet size of at most 65 527 bytes (what fits in a `$D`, MS-WMSP 2.2.3.1.2), its header is
    /// larger than 4 MiB.
    static Expected<std::unique_ptr<AsfSource>> open(const std::string& path, Options options);

    AsfSource(const AsfSource&) = delete;
    AsfSource& operator=(const AsfSource&) = delete;
    ~AsfSource();

    /// What a `$H` holds, as asf::live_header() makes it; it stays the same over all loops.
    [[nodiscard]] const std::vector<std::uint8_t>& header() const { return header_; }

    /// What header() says.
    [[nodiscard]] const asf::Header& info() const { return info_; }

    /// The next packet; empty at the end, if the source is not looped, or once stop() was called.
    ///
    /// What cannot be parsed is skipped and counted. Left out, too, are the rest of a media object that began
    /// before the file, and in a looped file an object that its end cuts (if it began in the last 256 KiB):
    /// some players would decode the part. An error if reading fails, if the whole file has no packet of use,
    /// or if a looped file has got another header. After Kind::unavailable (a signal, see
    /// capture::FileSource) it can be called again.
    Expected<std::optional<Packet>> next();

    /// From now on next() gives only the rest of media objects that have begun, so that no player gets a part
    /// of one; of a pipe, whose rest may never come, it gives nothing.
    void stop() { stopping_ = true; }

    /// How often the file was begun again.
    [[nodiscard]] std::uint64_t loops() const { return loops_; }

    /// Packets skipped so far: those that could not be parsed, and one cut by the end of the file.
    [[nodiscard]] std::uint64_t bad_packets() const { return bad_packets_; }

  private:
    class Pass;

    AsfSource(std::string path, bool loop, bool regular);
    std::uint64_t to_be_finished(std::uint64_t used) const;
    void note_objects(std::uint64_t used);
    Expected<void> begin_pass();
    Expected<void> end_pass();

    std::string path_;
    bool loop_;
    bool regular_;
    bool ended_ = false;
    bool stopping_ = false;
    std::uint32_t finishing_ = 0; ///< packets looked at since stop()
    std::bitset<128> unfinished_; ///< streams with an object of which only a part was given
    std::uint64_t loops_ = 0;
    std::uint64_t bad_packets_ = 0;
    std::vector<std::uint8_t> header_;
    asf::Header info_;
    std::unique_ptr<Pass> pass_; ///< empty between two
    std::unique_ptr<LoopClock> clock_;
    std::vector<std::uint8_t> packet_;
    asf::DataPacket parsed_;
};

} // namespace wmclients::sink
