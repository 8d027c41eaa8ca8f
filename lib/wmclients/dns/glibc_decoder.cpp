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
        } else if (ns_msg_count(message_, ns_s_qd) == 1 && ns_parserr(&message_, ns_s_qd, 0, &record_) == 0) {
            question_ = record_.name;
            read_section(ns_s_an);
        }
    }

  private:
    void read_section(ns_sect section)
    {
        const int count = ns_msg_count(message_, section);
        for (int i = 0; i < count && records_left_ > 0; ++i, --records_left_) {
            if (ns_parserr(&message_, section, i, &record_) != 0) {
                records_left_ = 0;
                return;
            }
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
