#pragma once

#include <wmclients/capture/byte_source.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace wmclients::testing {

/// Bytes in memory, handed out at most `piece` at a time; after them, an error if one is given.
class MemorySource final : public capture::ByteSource {
  public:
    explicit MemorySource(std::string bytes, std::size_t piece = SIZE_MAX, std::optional<Error> error = {})
        : bytes_(std::move(bytes)), piece_(piece), error_(std::move(error))
    {
    }

    Expected<std::size_t> read(std::span<std::uint8_t> into) override
    {
        largest_request = std::max(largest_request, into.size());
        ++reads;
        const std::size_t count = std::min({into.size(), piece_, bytes_.size() - position_});
        if (count == 0 && error_) {
            return tl::unexpected(*error_);
        }
        if (count > 0) {
            std::memcpy(into.data(), bytes_.data() + position_, count);
        }
        position_ += count;
        return count;
    }

    [[nodiscard]] std::uint64_t bytes_read() const override { return position_; }

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

    std::size_t largest_request = 0;
    int reads = 0;

  private:
    std::string bytes_;
    std::size_t piece_;
    std::optional<Error> error_;
    std::size_t position_ = 0;
};

} // namespace wmclients::testing
