#pragma once

#include <wmclients/base/time.hpp>

#include <support/script_payload.hpp>
#include <support/wire_packet.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace wmclients::testing {

/// Takes the IP packets of a conversation.
class PacketSink {
  public:
    virtual ~PacketSink() = default;
    virtual void packet(Timestamp time, const LinkAddress& source, const LinkAddress& destination,
                        std::string ip_packet) = 0;
};

/// Which side sends: the client `>`, or the server `<`.
enum class From : std::uint8_t { client, server };

/// Both ends of one TCP connection: sequence and acknowledgment numbers, segments, automatic ACKs.
class Conversation {
  public:
    /// What one side sends and has received. Offset 0 is the first byte after the SYN; a FIN takes one.
    struct Side {
        Endpoint endpoint;
        LinkAddress link;
        std::uint32_t isn = 0;
        std::uint16_t window = 65535;
        std::uint64_t sent = 0;                          ///< the offset of the next byte
        std::string stream;                              ///< all that was sent, for `again`
        std::map<std::uint64_t, std::uint64_t> received; ///< begin and end of what came out of order
        std::uint64_t received_to = 0;
        bool syn_received = true; ///< false: an acknowledgment number would mean nothing
    };

    struct Options {
        std::uint16_t mss = 1460;
        bool acks = true;
        std::optional<From> only; ///< the recorder sees this side alone
    };

    Conversation(const Side& client, const Side& server, Options options)
        : sides_{client, server}, options_(options)
    {
    }

    [[nodiscard]] Side& side(From from) { return sides_[from == From::client ? 0 : 1]; }

    [[nodiscard]] const Options& options() const { return options_; }

    void syn(Timestamp time, PacketSink& sink);
    void syn_ack(Timestamp time, PacketSink& sink);

    /// A segment without payload; `acknowledgment` instead of the right number, as an offset.
    void bare(Timestamp time, From from, std::uint8_t flags, PacketSink& sink,
              std::optional<std::uint64_t> acknowledgment = {});

    /// Sends a payload in segments of the MSS; `flags` (FIN, RST, PSH) go into the last one. What is a hole
    /// arrives, but gives no packet.
    void send(Timestamp time, From from, const Payload& payload, std::uint8_t flags, PacketSink& sink);

    /// One segment (or more, if longer than the MSS) at an offset of the stream. `arrives`: the peer gets it,
    /// and acknowledges it.
    void segment_at(Timestamp time, From from, std::uint64_t offset, std::string_view bytes, bool arrives,
                    PacketSink& sink);

  private:
    Side& other(From from) { return sides_[from == From::client ? 1 : 0]; }

    void write(Timestamp time, From from, std::uint8_t flags, std::uint64_t offset, std::string_view bytes,
               PacketSink& sink, std::optional<std::uint64_t> acknowledgment = {});
    void receive(From from, std::uint64_t offset, std::uint64_t length);
    Timestamp acknowledge(Timestamp time, From from, std::uint64_t segments, PacketSink& sink);

    std::array<Side, 2> sides_;
    Options options_;
    std::uint16_t identification_ = 1;
};

} // namespace wmclients::testing
