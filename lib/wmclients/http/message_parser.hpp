#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/caps.hpp>
#include <wmclients/http/head.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wmclients::http {

/// How a message ended.
enum class MessageEnd : std::uint8_t {
    complete,   ///< no body, all of Content-Length, or the zero chunk
    closed,     ///< the stream ended; for a body that runs until then, that is its regular end
    incomplete, ///< the stream ended, was lost, or went on with another response, in the middle of a body of
                ///< known length or in chunks
};

/// Receives the messages of one direction.
class MessageConsumer {
  public:
    virtual ~MessageConsumer() = default;

    /// A head is complete, or was cut by a gap (Head::complete is false). The answer says how the body ends;
    /// it is not asked after a cut head, whose body goes on until another head begins or the stream ends.
    virtual BodyFraming on_head(Head head) = 0;

    /// A part of the body, de-chunked; valid during the call only.
    virtual void on_body(Bytes bytes, const PacketRef& ref) = 0;

    /// `length` bytes of the body that will not come. After `lost_chunk` their number is a lower bound: the
    /// chunk structure was lost and found again.
    virtual void on_body_gap(std::uint64_t length, const PacketRef& ref) = 0;

    virtual void on_message_end(MessageEnd end, const PacketRef& ref) = 0;

    /// Bytes where a head should begin do not look like one (or a gap took the head). True: they are the
    /// middle of a body whose head was not captured, and come as on_body() until a head begins again. False:
    /// not to be read.
    virtual bool on_headless(Bytes bytes, const PacketRef& ref) = 0;

    /// The head is longer than Cap::head_bytes, or Cap::pending_bytes is reached; the direction is not read
    /// any further.
    virtual void on_head_too_long(const PacketRef& ref) = 0;
};

/// Splits one direction of a connection into HTTP/1.x messages, tolerant of what real programs send and of
/// gaps.
class MessageParser {
  public:
    enum class Side : std::uint8_t { requests, responses };

    /// `begins_with_head`: the first byte is the first of a message. False for a stream whose beginning was
    /// not captured.
    MessageParser(Side side, bool begins_with_head)
        : side_(side), state_(begins_with_head ? State::start : State::lost)
    {
    }

    /// Bytes in stream order.
    void data(std::uint64_t offset, Bytes bytes, const PacketRef& ref, MessageConsumer& consumer, Caps& caps)
    {
        if (state_ == State::until_close && !resumable_) {
            consumer.on_body(bytes, ref);
            return;
        }
        data_slow(offset, bytes, ref, consumer, caps);
    }

    /// Missing bytes. A gap inside a body does not end the message.
    void gap(std::uint64_t length, const PacketRef& ref, MessageConsumer& consumer);

    /// The stream has ended.
    void finish(const PacketRef& ref, MessageConsumer& consumer);

    /// Whether `text` is the beginning of a head of that side, certainly.
    static bool begins_head(Side side, std::string_view text);

  private:
    enum class State : std::uint8_t {
        start,       ///< a head should begin
        head,        ///< in a head
        length,      ///< in a body of known length
        until_close, ///< in a body that ends with the stream, or in one without a captured head
        chunk_size,
        chunk_data,
        chunk_end,  ///< at the line end after a chunk's data
        chunk_lost, ///< a gap took the chunk structure; looking for the next chunk
        trailer,
        lost, ///< a gap took a head; looking for the next one at the beginning of a segment
        ignored,
    };

    void data_slow(std::uint64_t offset, Bytes bytes, const PacketRef& ref, MessageConsumer& consumer,
                   Caps& caps);
    std::size_t read_start(std::uint64_t offset, Bytes bytes, const PacketRef& ref,
                           MessageConsumer& consumer);
    std::size_t read_head(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer, Caps& caps);
    std::size_t read_body(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer);
    std::size_t read_chunk_size(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer);
    std::size_t read_trailer(Bytes bytes, const PacketRef& ref, MessageConsumer& consumer);
    std::size_t find_chunk(Bytes bytes);
    void end_message(MessageEnd end, const PacketRef& ref, MessageConsumer& consumer);
    void end_cut_head(const PacketRef& ref, MessageConsumer& consumer);
    void stop_in_head(const PacketRef& ref, MessageConsumer& consumer);
    void begin_body(BodyFraming framing, const PacketRef& ref, MessageConsumer& consumer);

    Side side_;
    State state_;
    bool resumable_ = false; ///< a headless body: a segment that begins with a head ends it
    std::uint64_t remaining_ = 0;

    struct Partial {
        std::vector<char> text;
        PacketRef first;
        std::uint64_t offset = 0;
        Charge memory;
    };

    std::unique_ptr<Partial> partial_; ///< a head or a chunk's line that is not complete
};

} // namespace wmclients::http
