#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace wmclients::sink {

/// Something to send to every client, in order.
struct MediaItem {
    enum class Kind : std::uint8_t {
        data,   ///< an ASF data packet, its padding removed
        header, ///< a new header: `$C` and `$H`, ready to send
        end,    ///< `$E`, ready to send
    };

    Kind kind = Kind::data;
    bool entry = false;    ///< a client may begin here: a key frame begins in it
    std::int64_t time = 0; ///< milliseconds on the stream's own clock; it may wrap on the wire, not here
    std::vector<std::uint8_t> bytes;
};

/// The queue that all clients share: the last seconds of the stream, numbered from 0. A client is a position
/// in it; what it has not taken when the oldest items leave is lost to it. So a slow client costs nothing and
/// delays nobody.
class MediaRing {
  public:
    /// Keeps items of `span` (milliseconds of the stream), and at least from the latest entry on, but never
    /// more than `bytes`. A client that joins begins `burst` behind the newest item.
    MediaRing(std::chrono::milliseconds span, std::chrono::milliseconds burst, std::size_t bytes)
        : span_(span.count()), burst_(burst.count()), most_bytes_(bytes)
    {
    }

    void push(MediaItem item);

    /// The number of the oldest item, and the one that the next item will get.
    [[nodiscard]] std::uint64_t begin() const { return first_; }

    [[nodiscard]] std::uint64_t end() const { return first_ + items_.size(); }

    /// @param number in begin() … end() - 1
    [[nodiscard]] const MediaItem& operator[](std::uint64_t number) const
    {
        return items_[static_cast<std::size_t>(number - first_)];
    }

    /// Where a client that joins now begins: the latest entry that is `burst` old, else the oldest; end() if
    /// there is none since the latest header.
    [[nodiscard]] std::uint64_t entry_point() const;

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    std::int64_t span_;
    std::int64_t burst_;
    std::size_t most_bytes_;
    std::deque<MediaItem> items_;
    std::deque<std::uint64_t> entries_; ///< numbers of the items that are entries, since the latest header
    std::uint64_t first_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace wmclients::sink
