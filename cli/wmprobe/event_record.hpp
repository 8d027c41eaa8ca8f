#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/base/time.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

#include <string>
#include <string_view>

namespace probe {

namespace abi = wmclients::com::abi;

/// Now, on the clock of the machine.
wmclients::Timestamp now();

/// "0xC00D003F".
std::string hex(DWORD value);

/// Longer texts of COM's are neither asked for nor read.
inline constexpr DWORD longest_text = 4096;

/// UTF-8 of a text of COM's; it is read up to its NUL, at most `longest_text` characters.
std::string utf8(const wchar_t* text);

/// The same; null where the pointer is NULL.
wmclients::Json text_or_null(const wchar_t* text);

/// The beginning of every line but the first and the last: its type and its time, as schemas/event-log.json
/// has them.
wmclients::Json line_of(std::string_view type, wmclients::Timestamp time);

/// What one OnStatus of the sink on `local_port` says, all of it copied: a line `client_connect`,
/// `client_disconnect` or `client_properties`, or, where no client can be read from it, `status`.
wmclients::Json event_line(wmclients::Timestamp time, abi::WMT_STATUS status, HRESULT result,
                           abi::WMT_ATTR_DATATYPE type, const BYTE* value, DWORD local_port);

/// What the query methods say now: GetClientCount, and for each index below it GetClientProperties and
/// GetClientInfo, each with its HRESULT. All is asked until two readings after each other are the same, so
/// that the clients did not change in between; the time is of the moment between the two. `infos` may be
/// null.
wmclients::Json snapshot_line(abi::IWMClientConnections& connections, abi::IWMClientConnections2* infos,
                              std::string_view cause, DWORD local_port);

} // namespace probe
