#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/error.hpp>
#include <wmclients/dns/name_record.hpp>

#include <string_view>
#include <vector>

namespace wmclients::dns {

/// Reads the text of a hosts file, hosts(5): an address and its names in each line, `#` begins a comment.
/// Lines may end in CR LF; a byte order mark (UTF-8) and the scope of an address ("fe80::1%lo0") are passed
/// over.
///
/// The first name of a line is the name, later ones are aliases and not read; the first line of an address
/// counts, as in the C library's reverse lookup. Records come in the file's order. `file_name` is only for
/// messages. A line that is neither is an error (Error::Kind::usage) that names it. Beyond Cap::names
/// addresses, lines are refused.
Expected<std::vector<NameRecord>> parse_hosts_file(std::string_view text, std::string_view file_name,
                                                   Caps& caps);

} // namespace wmclients::dns
