#pragma once

#include <wmclients/output/client_record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wmclients::output {

/// One CSV field (RFC 4180): quoted where needed, malformed UTF-8 and controls made printable, and an
/// apostrophe in front of what a spreadsheet would take for a formula, also behind a semicolon.
std::string csv_field(std::string_view raw);

/// A value as CSV shows it: unknown is empty.
std::string csv_value(const Value& value);

/// A line of fields, CRLF at its end.
std::string csv_line(const std::vector<std::string>& fields);

} // namespace wmclients::output
