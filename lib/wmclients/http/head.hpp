#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/packet_ref.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wmclients::http {

/// What is wrong with a message head, although it could be read (RFC 9112, section and rule in the comment).
enum class HeadAnomaly : std::uint8_t {
    bare_lf,           ///< a line ends in LF alone (section 2.2)
    obs_fold,          ///< a field goes on in the next line (section 5.2)
    version_space,     ///< "HTTP 1.1" for "HTTP/1.1" (section 2.3)
    missing_reason,    ///< no space after the status code (section 4)
    malformed_line,    ///< a line without a colon, or with a space before it (section 5.1)
    malformed_start,   ///< the start line has not the three parts it should have
    leading_empty_line ///< empty lines before the start line (section 2.2)
};

/// One field line; both views point into the Head that holds it. The value is trimmed; its bytes are raw.
struct Field {
    std::string_view name;
    std::string_view value;
};

/// The head of a request or a response: start line and fields, as tolerant as real traffic needs. All views
/// point into the head itself and live as long as it does, moves included.
class Head {
  public:
    /// Reads a whole head, the empty line at its end included. Never fails: what is malformed is reported in
    /// anomalies(), and the parts that cannot be told are empty.
    /// Fields beyond `most_fields` are left out.
    static Head parse(std::vector<char> text, std::size_t most_fields = usual_most_fields);

    static constexpr std::size_t usual_most_fields =
        caps_table[static_cast<std::size_t>(Cap::head_fields)].limit;

    /// The same head with its own copy of the text.
    [[nodiscard]] Head clone() const;

    Head(Head&&) = default;
    Head& operator=(Head&&) = default;
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;

    [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }

    [[nodiscard]] bool is_response() const { return is_response_; }

    [[nodiscard]] std::string_view method() const { return method_; }

    /// The request target as sent.
    [[nodiscard]] std::string_view target() const { return target_; }

    /// "HTTP/1.0", "RTSP/1.0", …; as sent, with "HTTP 1.1" left as it is.
    [[nodiscard]] std::string_view version() const { return version_; }

    /// The protocol's name and version as numbers: is_http(1, 1).
    [[nodiscard]] bool is_http() const { return is_http_; }

    [[nodiscard]] int minor_version() const { return minor_version_; }

    /// The status code of a response, 0 if it is not three digits.
    [[nodiscard]] int status() const { return status_; }

    [[nodiscard]] std::string_view reason() const { return reason_; }

    [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

    /// How many there can be, and whether there were more.
    [[nodiscard]] std::size_t most_fields() const { return most_fields_; }

    [[nodiscard]] bool fields_left_out() const { return fields_left_out_; }

    /// The bytes that it takes in memory.
    [[nodiscard]] std::size_t memory() const
    {
        return sizeof *this + text_.capacity() + fields_.capacity() * sizeof(Field);
    }

    [[nodiscard]] const std::vector<HeadAnomaly>& anomalies() const { return anomalies_; }

    /// The value of the first field of that name (ASCII case ignored), or none.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;

    /// As field(), with an empty view for none.
    [[nodiscard]] std::string_view value(std::string_view name) const { return field(name).value_or(""); }

    PacketRef first;          ///< the packet with its first byte
    PacketRef last;           ///< the packet with its last byte
    std::uint64_t offset = 0; ///< of its first byte in the stream
    bool complete = true;     ///< false: a gap cut it; whole lines before the gap are there

  private:
    Head() = default;
    void parse_start_line(std::string_view line);
    void note(HeadAnomaly anomaly);

    std::vector<char> text_;
    bool is_response_ = false;
    bool is_http_ = false;
    int minor_version_ = 0;
    int status_ = 0;
    std::string_view method_;
    std::string_view target_;
    std::string_view version_;
    std::string_view reason_;
    std::vector<Field> fields_;
    std::size_t most_fields_ = usual_most_fields;
    bool fields_left_out_ = false;
    std::vector<HeadAnomaly> anomalies_;
};

/// "bare LF", …: a short name for people.
std::string_view to_string(HeadAnomaly anomaly);

/// How a message's body ends (RFC 9112, section 6.3).
struct BodyFraming {
    enum class Kind : std::uint8_t { none, length, chunked, until_close };
    Kind kind = Kind::none;
    std::uint64_t length = 0;
};

BodyFraming request_body(const Head& head);

/// `to_head_request`: the response answers a HEAD, so it has no body whatever its fields say.
BodyFraming response_body(const Head& head, bool to_head_request);

} // namespace wmclients::http
