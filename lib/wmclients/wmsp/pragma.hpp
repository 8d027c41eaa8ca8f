#pragma once

#include <wmclients/http/head.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wmclients::wmsp {

/// One Pragma token (MS-WMSP 2.2.1.4); `value` is empty for a bare token, unquoted and raw otherwise. The
/// views point into the head that it was read from.
struct PragmaToken {
    std::string_view name;
    std::string_view value;
    std::string_view raw;   ///< all of it, as it stands on the line
    std::uint32_t line = 0; ///< 0-based among the Pragma fields of the head
};

/// The tokens of all Pragma fields of a head, in order: split at commas outside quotes, trimmed, names
/// compared without case. `log-line` is alone on its line and keeps its commas (MS-WMSP 2.2.1.4.10).
class Pragmas {
  public:
    explicit Pragmas(const http::Head& head);

    [[nodiscard]] const std::vector<PragmaToken>& tokens() const { return tokens_; }

    /// Whether there were more than Head::most_fields(), which are left out.
    [[nodiscard]] bool tokens_left_out() const { return left_out_; }

    /// The bytes that they take in memory.
    [[nodiscard]] std::size_t memory() const { return tokens_.capacity() * sizeof(PragmaToken); }

    /// The value of the first token of that name, or none.
    [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;

    [[nodiscard]] bool has(std::string_view name) const { return value(name).has_value(); }

    /// Whether the token's value is 1. What follows the digit is ignored: ffmpeg runs the next header line
    /// on.
    [[nodiscard]] bool is_one(std::string_view name) const;

  private:
    std::vector<PragmaToken> tokens_;
    bool left_out_ = false;
};

} // namespace wmclients::wmsp
