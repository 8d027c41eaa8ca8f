#include <wmclients/dns/glibc_decoder.hpp>
#include <wmclients/dns/hosts_file.hpp>
#include <wmclients/dns/reverse_name.hpp>

#include <fuzz/targets.hpp>

#include <vector>

// A DNS message as a datagram has it; the same bytes as a hosts file and as a name of the reverse zones.
//
// Input: a byte (1: mDNS or LLMNR), then the message. Claimed: names are not empty and no longer than a name
// can be (RFC 1035, section 3.1), no more records come out than are looked at, and nothing is taken away.

namespace wmclients::fuzz {

void dns_message(Bytes input)
{
    constexpr std::size_t longest_name = 255;
    constexpr std::size_t most_records = 256;
    ByteCursor cursor{input};
    const bool multicast = (cursor.u8() & 1U) != 0;
    const Bytes message = cursor.rest();
    dns::GlibcDecoder decoder;
    std::vector<dns::NameRecord> records(1);
    decoder.decode(message, multicast, records);
    require(!records.empty() && records.front() == dns::NameRecord{}, "records are appended");
    require(records.size() <= most_records + 1, "the work is bounded");
    for (std::size_t i = 1; i < records.size(); ++i) {
        require(!records[i].name.empty() && records[i].name.size() <= longest_name, "a name is a name");
        require(records[i].source != dns::NameSource::none, "a name has a source");
    }
    Caps caps;
    caps.set_limit(Cap::names, 8);
    if (const auto hosts = dns::parse_hosts_file(as_text(message), "hosts", caps)) {
        require(hosts->size() <= 8, "the cap holds");
        for (const dns::NameRecord& record : *hosts) {
            require(!record.name.empty(), "a line has a name");
        }
    }
    if (const auto address = dns::parse_reverse_name(as_text(message))) {
        require(parse_address(to_string(*address)) == address, "an address is read as written");
    }
}

} // namespace wmclients::fuzz
