#include <wmclients/capture/buffered_input.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace wmclients::capture {

BufferedInput::BufferedInput(std::unique_ptr<ByteSource> source, std::size_t window)
    : source_(std::move(source)), capacity_(std::clamp<std::size_t>(window, 64, max_window)),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity_))
{
}

bool BufferedInput::fill(std::size_t count)
{
    if (count > max_window) {
        return false;
    }
    if (count > capacity_) {
        grow(count);
    } else if (begin_ > 0) {
        // What is left is less than one record.
        std::memmove(buffer_.get(), data(), available());
        end_ = available();
        begin_ = 0;
    }
    while (available() < count && !ended_) {
        const std::size_t room = std::min(capacity_ - end_, large_window);
        const Expected<std::size_t> got = source_->read({buffer_.get() + end_, room});
        if (!got) {
            error_ = got.error();
            ended_ = true;
        } else {
            ended_ = *got == 0;
            end_ += *got;
        }
    }
    return available() >= count;
}

void BufferedInput::grow(std::size_t count)
{
    const std::size_t capacity = std::min(std::bit_ceil(count), max_window);
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    std::memcpy(larger.get(), data(), available());
    end_ = available();
    begin_ = 0;
    buffer_ = std::move(larger);
    capacity_ = capacity;
}

bool BufferedInput::skip(std::uint64_t count)
{
    for (;;) {
        const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(count, available()));
        consume(step);
        count -= step;
        if (count == 0) {
            return true;
        }
        if (!ensure(1)) {
            return false;
        }
    }
}

void BufferedInput::stop()
{
    begin_ = end_;
    ended_ = true;
}

} // namespace wmclients::capture
