#include <wmclients/capture/bpf_filter.hpp>
#include <wmclients/capture/dlt.hpp>
#include <wmclients/capture/source_decorator.hpp>

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace wmclients::capture {
namespace {

/// The most link types of one capture that are filtered; packets of further ones do not match.
constexpr std::size_t max_programs = 64;

constexpr std::array usual_links = {LinkType::ethernet, LinkType::ieee802_11_radiotap, LinkType::ppp,
                                    LinkType::linux_sll, LinkType::raw};

/// A compiled filter expression.
class Program {
  public:
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    Program(Program&& other) noexcept : code_(std::exchange(other.code_, bpf_program{})) {}

    Program& operator=(Program&& other) noexcept
    {
        std::swap(code_, other.code_);
        return *this;
    }

    ~Program() { pcap_freecode(&code_); }

    /// The error is libpcap's message alone.
    static Expected<Program> compile(const std::string& expression, LinkType link)
    {
        struct Close {
            void operator()(pcap_t* handle) const { pcap_close(handle); }
        };

        constexpr int snaplen = 262'144;
        const std::unique_ptr<pcap_t, Close> handle(pcap_open_dead(dlt_of(link), snaplen));
        if (!handle) {
            return failure(Error::Kind::unavailable, "no memory for the filter");
        }
        Program program;
        if (pcap_compile(handle.get(), &program.code_, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
            return failure(Error::Kind::usage, pcap_geterr(handle.get()));
        }
        return program;
    }

    /// True if it was compiled and the packet matches.
    [[nodiscard]] bool matches(const Packet& packet) const
    {
        if (code_.bf_insns == nullptr) {
            return false;
        }
        pcap_pkthdr header{};
        header.caplen = static_cast<bpf_u_int32>(packet.data.size());
        header.len = packet.original_length;
        return pcap_offline_filter(&code_, &header, packet.data.data()) != 0;
    }

  private:
    bpf_program code_{};
};

class FilteredSource final : public SourceDecorator {
  public:
    FilteredSource(std::unique_ptr<PacketSource> inner, std::string expression)
        : SourceDecorator(std::move(inner)), expression_(std::move(expression))
    {
    }

    bool next(Packet& out) override
    {
        while (inner().next(out)) {
            if (program_for(out.link).matches(out)) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::vector<Error> problems() const override
    {
        std::vector<Error> all = SourceDecorator::problems();
        all.insert(all.end(), problems_.begin(), problems_.end());
        return all;
    }

  private:
    struct Compiled {
        LinkType link;
        Program program; ///< empty if the expression means nothing there
    };

    const Program& program_for(LinkType link)
    {
        if (last_ < programs_.size() && programs_[last_].link == link) {
            return programs_[last_].program;
        }
        const auto known = std::ranges::find(programs_, link, &Compiled::link);
        if (known != programs_.end()) {
            last_ = static_cast<std::size_t>(known - programs_.begin());
            return known->program;
        }
        return compile_for(link);
    }

    const Program& compile_for(LinkType link)
    {
        if (programs_.size() == max_programs) {
            if (!too_many_) {
                too_many_ = true;
                problems_.push_back(
                    Error{Error::Kind::usage,
                          fmt::format("the filter was applied to {} link types; packets of others were "
                                      "left out",
                                      max_programs)});
            }
            return nothing_;
        }
        Expected<Program> program = Program::compile(expression_, link);
        if (!program) {
            problems_.push_back(
                Error{program.error().kind,
                      fmt::format("the filter \"{}\" means nothing for packets of link type {}, which "
                                  "were left out: {}",
                                  expression_, static_cast<std::uint32_t>(link), program.error().message)});
        }
        programs_.push_back(Compiled{link, program ? std::move(*program) : Program{}});
        last_ = programs_.size() - 1;
        return programs_.back().program;
    }

    std::string expression_;
    std::vector<Compiled> programs_;
    std::size_t last_ = 0;
    Program nothing_;
    bool too_many_ = false;
    std::vector<Error> problems_;
};

} // namespace

Expected<std::unique_ptr<PacketSource>> filter_packets(std::unique_ptr<PacketSource> inner,
                                                       std::string expression)
{
    std::string why;
    for (const LinkType link : usual_links) {
        const Expected<Program> program = Program::compile(expression, link);
        if (program) {
            return std::make_unique<FilteredSource>(std::move(inner), std::move(expression));
        }
        if (why.empty()) {
            why = program.error().message;
        }
    }
    return failure(Error::Kind::usage, fmt::format("the filter \"{}\" cannot be used: {}", expression, why));
}

} // namespace wmclients::capture
