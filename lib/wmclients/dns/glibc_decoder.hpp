#pragma once

#include <wmclients/dns/name_record.hpp>

namespace wmclients::dns {

/// The MessageDecoder of the C library's resolver (ns_initparse and ns_parserr of <arpa/nameser.h>). Read are
/// answers without an error code: records A, AAAA, and PTR of the reverse zones, of class IN.
///
/// Unicast DNS: the answer section, each record taken as an answer about the question's name, whoever owns
/// it. So the end of a CNAME chain becomes nobody's name, and an alias inside a reverse zone (RFC 2317) does
/// not hide its address. Messages without exactly one question give nothing.
///
/// mDNS and LLMNR: the answer and additional sections, each record about its owner; there need be no
/// question. A record with TTL 0 withdraws a name (RFC 6762, section 10.1) and is not read.
///
/// The resolver's escapes (\. and \DDD) are undone, so that names hold the labels' own bytes; a dot inside a
/// label cannot be told from one between labels. A message that ns_initparse refuses (cut, trailing bytes, a
/// name that leaves the message) gives nothing; a name that cannot be expanded (a loop of compression
/// pointers) ends the reading there. At most 256 records are looked at, and messages above 9000 bytes
/// (RFC 6762, section 17) are not read, as every name may be a chain of pointers. It allocates nothing but
/// the names.
class GlibcDecoder final : public MessageDecoder {
  public:
    void decode(Bytes message, bool multicast, std::vector<NameRecord>& out) override;
};

} // namespace wmclients::dns
