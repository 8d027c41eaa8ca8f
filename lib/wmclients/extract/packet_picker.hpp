#pragma once

#include <wmclients/capture/packet.hpp>
#include <wmclients/capture/pcap_file.hpp>
#include <wmclients/dissect/dissector.hpp>
#include <wmclients/extract/output_files.hpp>
#include <wmclients/net/packet_decoder.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::extract {

/// A TCP connection, as a second pass over the same packets finds it.
struct PickedConnection {
    std::uint64_t id = 0;           ///< in the dissector's count
    std::uint64_t first_packet = 0; ///< the number of its first packet
    Endpoint client;
    Endpoint server;
};

/// What became of one connection's packets.
struct PickResult {
    std::string name; ///< of the file; empty if there is none
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    std::uint64_t fragmented_segments = 0; ///< segments that came in IP fragments: not written
    std::uint64_t other_links = 0;         ///< packets of another link type than the first one: not written
};

/// Writes the packets of TCP connections, both directions, into pcap files, one a connection. It is given all
/// packets of the capture, in order. Of connections between the same endpoints one has ended when the next
/// one of them begins, or another one with a SYN.
class PacketPicker final : private dissect::Visitor {
  public:
    /// All must outlive it. Each connection stands in `connections` once; `results` gets one element for
    /// each, and `files` is asked for number 0 of that row.
    PacketPicker(const std::vector<PickedConnection>& connections, OutputFiles& files, Caps& caps,
                 std::vector<PickResult>& results);

    void packet(const capture::Packet& packet);

    /// There are no more packets: all files are finished.
    void finish();

    /// Why no more is written: a file could not be.
    [[nodiscard]] const std::optional<Error>& failed() const { return failure_; }

  private:
    using Pair = std::pair<Endpoint, Endpoint>; ///< client, server

    /// Those between two endpoints.
    struct Picks {
        std::vector<std::size_t> indexes; ///< in the order of their ids
        std::size_t current = 0;          ///< of `indexes`; those before are over
        std::optional<capture::PcapFile> file;

        [[nodiscard]] bool over() const { return current == indexes.size(); }
    };

    void connection_open(const dissect::Connection& connection) override;
    void write(Picks& picks, const capture::Packet& packet, bool fragment);
    void next(Picks& picks);

    const std::vector<PickedConnection>& connections_;
    OutputFiles& files_;
    std::vector<PickResult>& results_;
    net::PacketDecoder decoder_;
    dissect::Dissector dissector_; ///< tells when a new connection takes the place of one
    std::map<Pair, Picks> picks_;
    std::optional<Error> failure_;
};

} // namespace wmclients::extract
