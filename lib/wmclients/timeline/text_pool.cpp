#include <wmclients/timeline/text_pool.hpp>

#include <algorithm>

namespace wmclients::timeline {
namespace {

constexpr std::size_t chunk_size = 32U << 10;

/// What a text costs beside its bytes: its view and two cells of the table.
constexpr std::uint64_t overhead = sizeof(std::string_view) + 2 * sizeof(std::uint32_t);

} // namespace

TextPool::TextPool() : texts_(1), cells_(256) {}

TextId TextPool::intern(std::string_view text, Caps& caps)
{
    if (text.empty()) {
        return TextId::none;
    }
    const std::size_t mask = cells_.size() - 1;
    auto at = static_cast<std::size_t>(keyed_hash(key_, text) & mask);
    for (; cells_[at] != 0; at = (at + 1) & mask) {
        if (texts_[cells_[at]] == text) {
            return static_cast<TextId>(cells_[at]);
        }
    }
    if (bytes_ + text.size() + overhead > caps.limit(Cap::text_bytes)) {
        caps.reached(Cap::text_bytes);
        return TextId::none;
    }
    bytes_ += text.size() + overhead;
    char* const copy = allocate(text.size());
    std::copy(text.begin(), text.end(), copy);
    const auto id = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(copy, text.size());
    cells_[at] = id;
    if (texts_.size() * 2 > cells_.size()) {
        grow();
    }
    return static_cast<TextId>(id);
}

char* TextPool::allocate(std::size_t size)
{
    if (size > chunk_left_ || chunks_.empty()) {
        const std::size_t wanted = std::max(size, chunk_size);
        chunks_.push_back(std::make_unique<char[]>(wanted));
        chunk_left_ = wanted;
        char* const begin = chunks_.back().get();
        chunk_left_ -= size;
        return begin;
    }
    // Only the last chunk has room, and only at its end.
    char* const end = chunks_.back().get() + chunk_size;
    char* const begin = end - chunk_left_;
    chunk_left_ -= size;
    return begin;
}

void TextPool::grow()
{
    cells_.assign(cells_.size() * 2, 0);
    const std::size_t mask = cells_.size() - 1;
    for (std::uint32_t id = 1; id < texts_.size(); ++id) {
        auto at = static_cast<std::size_t>(keyed_hash(key_, texts_[id]) & mask);
        while (cells_[at] != 0) {
            at = (at + 1) & mask;
        }
        cells_[at] = id;
    }
}

} // namespace wmclients::timeline
