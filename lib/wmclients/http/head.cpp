#include <wmclients/base/text.hpp>
#include <wmclients/http/head.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::http {
namespace {

std::string_view without_line_end(std::string_view line)
{
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
        line.remove_suffix(1);
    }
    return line;
}

/// Content-Length, or none if it is absent or not a number. Equal repeated values are one (RFC 9112,
/// section 6.3).
std::optional<std::uint64_t> content_length(const Head& head)
{
    const std::string_view text = head.value("Content-Length");
    std::uint64_t length = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || error != std::errc{} || (stop != text.data() + text.size() && *stop != ',')) {
        return {};
    }
    return length;
}

bool is_chunked(const Head& head)
{
    const std::string_view coding = head.value("Transfer-Encoding");
    constexpr std::string_view chunked = "chunked";
    return coding.size() >= chunked.size() && iequals(coding.substr(coding.size() - chunked.size()), chunked);
}

} // namespace

std::string_view to_string(HeadAnomaly anomaly)
{
    switch (anomaly) {
    case HeadAnomaly::bare_lf:
        return "bare LF";
    case HeadAnomaly::obs_fold:
        return "folded field";
    case HeadAnomaly::version_space:
        return "space in the version";
    case HeadAnomaly::missing_reason:
        return "missing reason phrase";
    case HeadAnomaly::malformed_line:
        return "malformed field line";
    case HeadAnomaly::malformed_start:
        return "malformed start line";
    case HeadAnomaly::leading_empty_line:
        return "empty line before the start line";
    }
    return "";
}

void Head::note(HeadAnomaly anomaly)
{
    if (std::find(anomalies_.begin(), anomalies_.end(), anomaly) == anomalies_.end()) {
        anomalies_.push_back(anomaly);
    }
}

Head Head::parse(std::vector<char> text, std::size_t most_fields)
{
    Head head;
    head.most_fields_ = most_fields;
    head.text_ = std::move(text);
    char* const begin = head.text_.data();
    const std::size_t size = head.text_.size();
    bool have_start = false;
    for (std::size_t at = 0; at < size;) {
        std::size_t end = at;
        while (end < size && begin[end] != '\n') {
            ++end;
        }
        if (end < size && (end == at || begin[end - 1] != '\r')) {
            head.note(HeadAnomaly::bare_lf);
        }
        // A field goes on as long as the next line begins with a space: the line ends become spaces (RFC
        // 9112, 5.2).
        while (have_start && end + 1 < size && (begin[end + 1] == ' ' || begin[end + 1] == '\t')
               && !without_line_end({begin + at, end - at}).empty()) {
            head.note(HeadAnomaly::obs_fold);
            begin[end] = ' ';
            if (end > at && begin[end - 1] == '\r') {
                begin[end - 1] = ' ';
            }
            while (end < size && begin[end] != '\n') {
                ++end;
            }
        }
        const std::string_view line = without_line_end({begin + at, end - at});
        at = end + 1;
        if (!have_start) {
            if (line.empty()) {
                head.note(HeadAnomaly::leading_empty_line);
                continue;
            }
            head.parse_start_line(line);
            have_start = true;
            continue;
        }
        if (line.empty()) {
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) {
            head.note(HeadAnomaly::malformed_line);
            continue;
        }
        const std::string_view name = trim(line.substr(0, colon));
        if (name.size() != colon) {
            head.note(HeadAnomaly::malformed_line);
        }
        if (head.fields_.size() >= most_fields) {
            head.fields_left_out_ = true;
            continue;
        }
        head.fields_.push_back({name, trim(line.substr(colon + 1))});
    }
    return head;
}

void Head::parse_start_line(std::string_view line)
{
    is_response_ = line.starts_with("HTTP") || line.starts_with("RTSP/") || line.starts_with("ICY ");
    if (!is_response_) {
        const std::size_t method_end = line.find(' ');
        const std::size_t target_end = line.rfind(' ');
        method_ = line.substr(0, method_end);
        if (method_end == std::string_view::npos) {
            note(HeadAnomaly::malformed_start);
            return;
        }
        if (target_end == method_end) {
            target_ = line.substr(method_end + 1);
            note(HeadAnomaly::malformed_start);
            return;
        }
        target_ = trim(line.substr(method_end + 1, target_end - method_end - 1));
        version_ = line.substr(target_end + 1);
    } else {
        std::string_view rest = line;
        if (line.starts_with("HTTP ")) {
            note(HeadAnomaly::version_space);
            version_ = line.substr(0, line.find(' ', 5));
        } else {
            version_ = line.substr(0, line.find(' '));
        }
        rest = trim(rest.substr(version_.size()));
        const auto digit = [](char c) { return c >= '0' && c <= '9'; };
        if (rest.size() < 3 || !std::all_of(rest.begin(), rest.begin() + 3, digit)
            || (rest.size() > 3 && rest[3] != ' ')) {
            note(HeadAnomaly::malformed_start);
            return;
        }
        status_ = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
        if (rest.size() < 4) {
            note(HeadAnomaly::missing_reason);
        } else {
            reason_ = trim(rest.substr(3));
        }
    }
    is_http_ = version_.starts_with("HTTP/1.") || version_.starts_with("HTTP 1.");
    minor_version_ = is_http_ && version_.size() == 8 && version_[7] == '1' ? 1 : 0;
}

Head Head::clone() const
{
    Head copy = parse(text_, most_fields_);
    copy.first = first;
    copy.last = last;
    copy.offset = offset;
    copy.complete = complete;
    return copy;
}

std::optional<std::string_view> Head::field(std::string_view name) const
{
    for (const Field& field : fields_) {
        if (iequals(field.name, name)) {
            return field.value;
        }
    }
    return {};
}

BodyFraming request_body(const Head& head)
{
    if (is_chunked(head)) {
        return {BodyFraming::Kind::chunked, 0};
    }
    const std::uint64_t length = content_length(head).value_or(0);
    return length == 0 ? BodyFraming{} : BodyFraming{BodyFraming::Kind::length, length};
}

BodyFraming response_body(const Head& head, bool to_head_request)
{
    const int status = head.status();
    if (to_head_request || (status >= 100 && status < 200) || status == 204 || status == 304) {
        return {};
    }
    if (is_chunked(head)) {
        return {BodyFraming::Kind::chunked, 0};
    }
    if (const auto length = content_length(head)) {
        return *length == 0 ? BodyFraming{} : BodyFraming{BodyFraming::Kind::length, *length};
    }
    return {BodyFraming::Kind::until_close, 0};
}

} // namespace wmclients::http
