#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/keyed_hash.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace wmclients::timeline {

/// Names a text of a TextPool; `none` is "unknown".
enum class TextId : std::uint32_t { none = 0 };

/// Keeps each distinct text once, bounded by Cap::text_bytes. Texts are raw bytes.
class TextPool {
  public:
    TextPool();

    /// The id of `text`; `none` for an empty text, or if the cap was reached.
    TextId intern(std::string_view text, Caps& caps);

    /// The text; empty for `none`. The view lives as long as the pool.
    [[nodiscard]] std::string_view text(TextId id) const { return texts_[static_cast<std::uint32_t>(id)]; }

  private:
    void grow();
    char* allocate(std::size_t size);

    std::vector<std::string_view> texts_; ///< by id; the first is empty
    std::vector<std::uint32_t> cells_;    ///< open addressing by hash; 0 is free
    HashKey key_ = HashKey::random();     ///< texts come from the capture
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunk_left_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace wmclients::timeline
