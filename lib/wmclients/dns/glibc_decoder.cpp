#include <wmclients/dns/glibc_decoder.hpp>
#include <wmclients/dns/reverse_name.hpp>

#include <arpa/nameser.h>

#include <array>

namespace wmclients::dns {
namespace {

constexpr unsigned max_records = 256;
constexpr std::size_t max_message =
    9000; ///< mDNS's limit (RFC 6762, section 17); bounds the chains of pointers
constexpr std::uint16_t class_bits =
    0x7FFF; ///< the top bit is mDNS's cache-flush bit (RFC 6762, section 10.2)

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/// A name has so many labels at the most (RFC 1035, section 2.3.4), and each pointer of an honest message is
/// followed by one.
constexpr unsigned most_pointers = 127;

/// Whether a name can be expanded in few steps. Nothing forbids pointers to pointers, of which a message has
/// room for thousands, for each of its records.
bool is_short(const ns_msg& message, const unsigned char* at)
{
    const unsigned char* const end = ns_msg_end(message);
    unsigned pointers = 0;
    for (unsigned length = 1; at < end && length <= NS_MAXCDNAME; length += *at + 1U, at += *at + 1U) {
        while ((*at & NS_CMPRSFLGS) == NS_CMPRSFLGS) {
            if (end - at < 2 || ++pointers > most_pointers) {
                return false;
            }
            at = ns_msg_base(message) + ((at[0] & ~NS_CMPRSFLGS) << 8 | at[1]);
            if (at >= end) {
                return false;
            }
        }
        if (*at == 0) {
            return true;
        }
        if (*at >= end - at) {
            return false;
        }
    }
    return false;
}

/// The bytes of a name in the resolver's text form: "\." and "\DDD" become what they stand for.
std::string unescape(std::string_view text)
{
    std::string name;
    name.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            name += text[i];
        } else if (i + 3 < text.size() && digit(text[i + 1]) && digit(text[i + 2]) && digit(text[i + 3])) {
            const int value = (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
            name += static_cast<char>(value);
            i += 3;
        } else {
            name += text[++i];
        }
    }
    return name;
}

/// The name that a PTR record points to; empty if it cannot be expanded or does not end with the record.
std::string pointed_name(const ns_msg& message, const ns_rr& record)
{
    if (!is_short(message, record.rdata)) {
        return {};
    }
    std::array<char, NS_MAXDNAME> text{};
    const int used =
        ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), record.rdata, text.data(), text.size());
    if (used != record.rdlength) {
        return {};
    }
    const std::string_view name = text.data();
    return name == "." ? std::string{} : unescape(name);
}

/// One message under reading.
class Reading {
  public:
    Reading(bool multicast, std::vector<NameRecord>& out) : multicast_(multicast), out_(out) {}

    void read(Bytes bytes)
    {
        // The header's flags are zero but for the response bit where opcode and result are 0 (RFC 1035,
        // section 4.1.1); mDNS ignores messages where they are not (RFC 6762, sections 18.3 and 18.11).
        if (bytes.size() > max_message
            || ns_initparse(bytes.data(), static_cast<int>(bytes.size()), &message_) != 0
            || ns_msg_getflag(message_, ns_f_qr) == 0 || ns_msg_getflag(message_, ns_f_opcode) != ns_o_query
            || ns_msg_getflag(message_, ns_f_rcode) != ns_r_noerror) {
            return;
        }
        if (multicast_) {
            read_section(ns_s_an);
            read_section(ns_s_ar);
        } else if (ns_msg_count(message_, ns_s_qd) == 1 && is_short(message_, begin_of(ns_s_qd))
                   && ns_parserr(&message_, ns_s_qd, 0, &record_) == 0) {
            question_ = record_.name;
            read_section(ns_s_an);
        }
    }

  private:
    /// Where the first record of a section is. ns_initparse() has seen to it that there is one.
    [[nodiscard]] const unsigned char* begin_of(ns_sect section) const
    {
        const unsigned char* at = ns_msg_base(message_) + NS_HFIXEDSZ;
        const auto skip = [&](ns_sect before, int count) {
            at += before < section ? ns_skiprr(at, ns_msg_end(message_), before, count) : 0;
        };
        skip(ns_s_qd, ns_msg_count(message_, ns_s_qd));
        skip(ns_s_an, ns_msg_count(message_, ns_s_an));
        skip(ns_s_ns, ns_msg_count(message_, ns_s_ns));
        return at;
    }

    void read_section(ns_sect section)
    {
        const int count = ns_msg_count(message_, section);
        const unsigned char* at = begin_of(section);
        for (int i = 0; i < count && records_left_ > 0; ++i, --records_left_) {
            if (!is_short(message_, at) || ns_parserr(&message_, section, i, &record_) != 0) {
                records_left_ = 0;
                return;
            }
            at = record_.rdata + record_.rdlength;
            read_record();
        }
    }

    void read_record()
    {
        const int record_class = multicast_ ? record_.rr_class & class_bits : record_.rr_class;
        if (record_class != ns_c_in || (multicast_ && record_.ttl == 0)) {
            return;
        }
        const std::string_view owner =
            multicast_ ? std::string_view{record_.name} : std::string_view{question_};
        if (record_.type == ns_t_a && record_.rdlength == NS_INADDRSZ) {
            add(IpAddress::v4(record_.rdata), unescape(owner), NameSource::address_record);
        } else if (record_.type == ns_t_aaaa && record_.rdlength == NS_IN6ADDRSZ) {
            add(IpAddress::v6(record_.rdata), unescape(owner), NameSource::address_record);
        } else if (record_.type == ns_t_ptr) {
            if (const auto address = parse_reverse_name(owner)) {
                add(*address, pointed_name(message_, record_), NameSource::captured_ptr);
            }
        }
    }

    void add(const IpAddress& address, std::string name, NameSource unicast_source)
    {
        if (!name.empty() && name != ".") {
            out_.push_back({address, std::move(name), multicast_ ? NameSource::multicast : unicast_source});
        }
    }

    bool multicast_;
    std::vector<NameRecord>& out_;
    ns_msg message_{};
    ns_rr record_{};
    std::string question_; ///< in the resolver's text form
    unsigned records_left_ = max_records;
};

} // namespace

void GlibcDecoder::decode(Bytes message, bool multicast, std::vector<NameRecord>& out)
{
    Reading{multicast, out}.read(message);
}

} // namespace wmclients::dns
