#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wmclients::wmsp {

/// What a player reports in a Log request (2.2.2.4): names and values as sent, entities of XML resolved.
using PlayerLog = std::vector<std::pair<std::string, std::string>>;

/// Reads the body of a Log of Windows Media Player 9 and later ([MS-WMLOG]): XML whose elements are the
/// fields, as in
/// `<c-rate>1</c-rate>`. Elements that hold elements are passed through, attributes passed over; what is no
/// such text gives as much as could be read. At most 256 fields.
PlayerLog parse_xml_log(std::string_view body);

/// Reads a `log-line` token (2.2.1.4.10), the log of Windows Media Player 6 to 8: values separated by spaces,
/// in the order of the fields of a Windows Media Services 4.1 log file. Values beyond the last known field
/// are named "field45" and so on.
PlayerLog parse_log_line(std::string_view line);

} // namespace wmclients::wmsp
