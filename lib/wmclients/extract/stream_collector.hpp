#pragma once

#include <wmclients/dissect/visitor.hpp>
#include <wmclients/extract/client_stream.hpp>
#include <wmclients/timeline/events.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wmclients::extract {

/// A row of the client list, as a second pass over the same packets finds it.
struct Row {
    std::uint64_t connection = 0;         ///< id of its TCP connection
    std::optional<std::uint32_t> ordinal; ///< among the rows of that connection; empty: all that it carries
    const SinkHeaders* headers = nullptr; ///< of its sink; never null, and must outlive the pass
};

/// The visitor of that pass, and the listener to its tracker, which must be the first to see everything:
/// gives the `$H` and `$D` of each row to a ClientStream of its own. A stream is finished when its connection
/// ends, or when another row begins on that.
///
/// Of each open connection that carries a row it holds the packet under way, and a header that no packet has
/// followed yet, as far as Cap::extracted_bytes allows.
class StreamCollector final : public dissect::Visitor, public timeline::EventListener {
  public:
    /// All must outlive it; `results` gets one element a row.
    StreamCollector(const std::vector<Row>& rows, OutputFiles& files, Gaps gaps, Caps& caps,
                    std::vector<StreamResult>& results);

    /// The pass has ended: all streams are finished, or, if something failed, given up.
    void finish();

    /// Why no more is written: a file could not be. Those that were finished before stay.
    [[nodiscard]] const std::optional<Error>& failed() const { return failure_; }

    using EventListener::on;

    void on(const timeline::PlayStarted& event) override;
    void on(const timeline::ClientState& event) override;

    [[nodiscard]] dissect::Wants wants() const override;
    void body_start(const dissect::Connection& connection, std::uint32_t exchange, dissect::BodyStart start,
                    const PacketRef& ref) override;
    void frame_begin(const dissect::Connection& connection, const wmsp::Frame& frame) override;
    void media(const dissect::Connection& connection, const wmsp::Frame& frame, Bytes bytes,
               const PacketRef& ref) override;
    void frame_end(const dissect::Connection& connection, const wmsp::Frame& frame,
                   const PacketRef& ref) override;
    void asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref) override;
    void connection_end(const dissect::Connection& connection, dissect::ConnectionEnd end,
                        const PacketRef& ref) override;

  private:
    /// A connection that carries rows.
    struct Carrier {
        std::vector<std::size_t> rows;
        std::optional<std::uint32_t> attached; ///< the attachment that the body in progress belongs to
        std::vector<std::uint8_t> header;      ///< of the body in progress, not given to a stream yet
        Charge header_memory;
        std::vector<std::uint8_t> packet; ///< the `$D` in progress; empty if there was no memory for it
        Charge packet_memory;
        bool packet_lost = false;
        std::size_t current = 0; ///< the row of `stream`
        std::unique_ptr<ClientStream> stream;
    };

    Carrier* carrier_of(std::uint64_t connection);
    ClientStream* stream_of(Carrier& carrier);
    static void drop_header(Carrier& carrier);
    void drop_packet(Carrier& carrier);
    void finish(Carrier& carrier);
    bool note(Expected<void> result);

    const std::vector<Row>& rows_;
    ClientStream::Context context_;
    std::vector<StreamResult>& results_;
    std::unordered_map<std::uint64_t, Carrier> carriers_; ///< by id
    std::vector<std::uint8_t> spare_;                     ///< memory of a packet, for the next one
    std::optional<Error> failure_;
};

} // namespace wmclients::extract
