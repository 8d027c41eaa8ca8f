#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/keyed_hash.hpp>
#include <wmclients/extract/asf_file.hpp>
#include <wmclients/extract/header_archive.hpp>
#include <wmclients/extract/output_files.hpp>
#include <wmclients/wmsp/frame_parser.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::extract {

/// What becomes of packets that are missing.
enum class Gaps : std::uint8_t {
    leave_out,
    pad, ///< a packet without payload stands for each, so that the others keep their numbers
};

/// What became of one client's stream.
struct StreamResult {
    std::vector<AsfFileSummary> files;
    std::uint64_t data_packets = 0;    ///< `$D` whose last byte was reached, as in `list`
    std::uint64_t damaged_packets = 0; ///< of these, with bytes missing: not written
    std::uint64_t skipped_packets = 0; ///< of these, without content, or passed over: until it was known that
                                       ///< this is a stream, or beyond Cap::extracted_bytes: not written
    std::uint64_t large_packets = 0;   ///< of these, larger than the header says: not written
    std::uint64_t homeless_packets =
        0; ///< of these, without a header, or of one that can have no file: not written
    std::uint64_t cut_packets = 0;      ///< ended in their middle, and not counted above: not written
    std::uint64_t lost_packets = 0;     ///< by LocationId, between adjacent `$D`: the sink did not send them
    std::uint64_t unpadded_packets = 0; ///< beyond Cap::padding_packets: neither written nor padded

    /// Whose header was taken, where the client's own was not captured.
    struct Borrowed {
        Endpoint client;
        PacketRef at;
    };

    std::optional<Borrowed> borrowed;
    std::string problem; ///< why a header made no file; the first such reason
    Charge files_made;   ///< under Cap::extracted_files

    /// Whether the files hold every `$D` that was captured, and a header of the client's own.
    [[nodiscard]] bool whole() const
    {
        return damaged_packets + skipped_packets + large_packets + homeless_packets + unpadded_packets == 0
               && !borrowed;
    }
};

/// Makes files of the `$H` and `$D` of one client: another for each header that differs from the one before.
class ClientStream {
  public:
    /// What all streams of an extraction share.
    struct Context {
        OutputFiles& files;
        Caps& caps;
        Gaps gaps = Gaps::leave_out;
        HashKey key = HashKey::random(); ///< of headers
        asf::DataPacket parsed;          ///< memory to work with
    };

    /// Row `row` of the rows to extract, whose sink sent these headers. All must outlive it.
    ClientStream(std::size_t row, const SinkHeaders& headers, Context& context, StreamResult& result)
        : row_(row), headers_(headers), context_(context), result_(result)
    {
    }

    /// The client's header: that of what comes.
    Expected<void> header(Bytes bytes);

    /// A `$D` has ended. `payload` is what was captured of it, and is changed. What fails is
    /// Error::Kind::unavailable, and ends the extraction.
    Expected<void> data(const wmsp::Frame& frame, std::vector<std::uint8_t>& payload);

    /// LocationIds begin anew (`$C`, `$H`, another body).
    void forget_location() { location_.reset(); }

    /// The stream has ended: the file is whole.
    Expected<void> finish();

  private:
    Expected<void> begin_file(Bytes header);
    Expected<void> pad(std::uint32_t count);

    std::size_t row_;
    const SinkHeaders& headers_;
    Context& context_;
    StreamResult& result_;
    std::optional<AsfFile> file_;
    std::optional<std::uint32_t> location_;    ///< of the last `$D`
    std::optional<std::uint64_t> header_hash_; ///< of the last header, whether it made a file or not
    std::size_t files_begun_ = 0;
    std::uint64_t padding_packets_ = 0;
    bool searched_ = false; ///< another's header was looked for
};

} // namespace wmclients::extract
