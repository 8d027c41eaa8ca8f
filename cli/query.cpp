#include "analysis.hpp"
#include "commands.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "source_options.hpp"

#include <wmclients/base/json.hpp>
#include <wmclients/base/text.hpp>
#include <wmclients/com/snapshot.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace cli {
namespace {

using namespace wmclients;
using com::ClientConnections;

enum class Method { count, properties, info };

struct QueryOptions {
    SourceOptions source;
    Method method = Method::count;
    std::string index = "0";
    std::string lengths; ///< --cch: of the three buffers, with commas; empty: ample ones
    std::string nulls;   ///< --null: out parameters to pass as NULL, with commas
    bool json = false;
};

/// A DWORD in decimal or, after 0x, in hex.
std::optional<std::uint32_t> parse_dword(std::string_view text)
{
    const bool hex = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
    if (hex) {
        text.remove_prefix(2);
    }
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    return !text.empty() && error == std::errc{} && stop == text.data() + text.size() ? std::optional{value}
                                                                                      : std::nullopt;
}

std::string utf8(const std::u16string& text)
{
    std::string bytes;
    for (const char16_t unit : text) {
        bytes += static_cast<char>(unit & 0xFF);
        bytes += static_cast<char>(unit >> 8);
    }
    return utf8_from_utf16le(bytes);
}

/// One in-out pair of GetClientInfo: a buffer and its length, either of them NULL on request.
struct Parameter {
    std::string_view name;
    std::string_view length_name;
    std::vector<char16_t> storage;
    std::uint32_t length = 0;
    bool null_buffer = false;
    bool null_length = false;

    char16_t* buffer() { return null_buffer ? nullptr : storage.data(); }

    std::uint32_t* length_pointer() { return null_length ? nullptr : &length; }
};

/// Longer than any address, port or DNS name with its NUL (RFC 1035: 255 octets).
constexpr std::uint32_t ample_length = 512;

/// What a caller's own buffer may be long at the most.
constexpr std::uint32_t longest_length = 1U << 20;

/// Marks what the call did not write.
constexpr char16_t untouched = 0xFFFF;

class Report {
  public:
    Report(const QueryOptions& options, Hresult result) : options_(options)
    {
        object_["schema_version"] = 1;
        object_["hresult"] = fmt::format("0x{:08X}", static_cast<std::uint32_t>(result));
        object_["name"] = std::string{hresult_name(result)};
        text_ = fmt::format("{}\n", to_string(result));
    }

    void number(std::string_view name, std::uint32_t value, bool hex)
    {
        object_[std::string{name}] = value;
        text_ += hex ? fmt::format("  {} = {} (0x{:08X})\n", name, value, value)
                     : fmt::format("  {} = {}\n", name, value);
    }

    void string(const Parameter& parameter)
    {
        const std::string key{parameter.name};
        if (parameter.null_buffer) {
            object_[key] = nullptr;
            text_ += fmt::format("  {} = NULL", key);
        } else if (parameter.storage.empty() || parameter.storage.front() == untouched) {
            object_[key] = nullptr;
            text_ += fmt::format("  {} not written", key);
        } else {
            const std::string value = utf8({parameter.storage.data(), parameter.storage.size()});
            object_[key] = value;
            text_ += fmt::format("  {} = L\"{}\"", key, printable(value));
        }
        object_[std::string{parameter.length_name}] =
            parameter.null_length ? Json(nullptr) : Json(parameter.length);
        text_ += parameter.null_length ? fmt::format(", {} = NULL\n", parameter.length_name)
                                       : fmt::format(", {} = {}\n", parameter.length_name, parameter.length);
    }

    void print(Output& out) const { out.write(options_.json ? dump(object_) + "\n" : text_); }

  private:
    const QueryOptions& options_;
    Json object_ = Json::object();
    std::string text_;
};

bool takes_null(const QueryOptions& options, std::string_view name)
{
    const auto names = split_list(options.nulls);
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The buffers' lengths of `--cch`.
std::array<std::uint32_t, 3> lengths_of(const QueryOptions& options)
{
    std::array<std::uint32_t, 3> lengths{ample_length, ample_length, ample_length};
    if (options.lengths.empty()) {
        return lengths;
    }
    const auto words = split_list(options.lengths);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const auto length = words.size() == lengths.size() ? parse_dword(words[i]) : std::nullopt;
        if (!length || *length > longest_length) {
            throw Exit{
                ExitCode::usage,
                fmt::format("--cch takes three lengths of at most {}, as in --cch 16,6,1", longest_length)};
        }
        lengths[i] = *length;
    }
    return lengths;
}

Hresult call_info(const ClientConnections& object, std::uint32_t index,
                  const std::array<std::uint32_t, 3>& lengths, const QueryOptions& options, Output& out)
{
    std::array<Parameter, 3> parameters{{{"address", "cch_address", {}, 0, false, false},
                                         {"port", "cch_port", {}, 0, false, false},
                                         {"dns", "cch_dns", {}, 0, false, false}}};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        Parameter& parameter = parameters[i];
        parameter.length = lengths[i];
        parameter.storage.assign(std::max(parameter.length, 1U), untouched); // never a null pointer
        parameter.null_buffer = takes_null(options, parameter.name);
        parameter.null_length = takes_null(options, parameter.length_name);
    }
    auto& [address, port, dns] = parameters;
    const Hresult result =
        object.get_client_info(index, address.buffer(), address.length_pointer(), port.buffer(),
                               port.length_pointer(), dns.buffer(), dns.length_pointer());
    Report report{options, result};
    for (const Parameter& parameter : parameters) {
        report.string(parameter);
    }
    report.print(out);
    return result;
}

Hresult call_properties(const ClientConnections& object, std::uint32_t index, const QueryOptions& options,
                        Output& out)
{
    com::ClientProperties properties;
    const Hresult result =
        object.get_client_properties(index, takes_null(options, "properties") ? nullptr : &properties);
    Report report{options, result};
    if (!failed(result)) {
        report.number("dwIPAddress", properties.ip_address, true);
        report.number("dwPort", properties.port, true);
    }
    report.print(out);
    return result;
}

Hresult call_count(const ClientConnections& object, const QueryOptions& options, Output& out)
{
    std::uint32_t count = 0;
    const Hresult result = object.get_client_count(takes_null(options, "count") ? nullptr : &count);
    Report report{options, result};
    if (!failed(result)) {
        report.number("cClients", count, false);
    }
    report.print(out);
    return result;
}

int run_query(const QueryOptions& options)
{
    const auto index = parse_dword(options.index);
    if (!index) {
        throw Exit{ExitCode::usage,
                   fmt::format("INDEX {}: not a DWORD; write 0 for the first client, 0xFFFFFFFF for the "
                               "largest value",
                               options.index)};
    }
    const auto lengths = lengths_of(options);
    const auto findings = analyse(options.source, {});
    if (!findings->at) {
        findings->at = timeline::Instant{findings->span.last.time, 0};
        const std::string time = to_rfc3339(findings->span.last.time);
        complain(findings->from_sockets()
                     ? fmt::format(
                         "answered for {}, by the socket table: every connection is a client, indexes are "
                         "by address and port, and streaming is taken to have begun",
                         time)
                     : fmt::format("answered at the last packet, {}; --at names another instant", time));
    }
    const timeline::Sink sink = the_sink(*findings, options.source);
    com::Snapshot snapshot = com::snapshot_of(findings->timeline, sink, *findings->at);
    snapshot.streaming = snapshot.streaming || findings->from_sockets(); // which does not tell
    const ClientConnections object{std::move(snapshot)};
    Output out;
    const Hresult result = options.method == Method::count ? call_count(object, options, out)
                           : options.method == Method::properties
                               ? call_properties(object, *index, options, out)
                               : call_info(object, *index, lengths, options, out);
    out.flush();
    return static_cast<int>(failed(result) ? findings->exit_code_with_findings() : findings->exit_code());
}

/// Accepts a list with commas whose words are all among `names`.
CLI::Validator each_of(std::vector<std::string> names)
{
    return CLI::Validator{[names = std::move(names)](const std::string& text) {
                              for (const std::string& word : split_list(text)) {
                                  if (std::find(names.begin(), names.end(), word) == names.end()) {
                                      return fmt::format("{} is none of {}", word, fmt::join(names, ", "));
                                  }
                              }
                              return std::string{};
                          },
                          ""};
}

void setup_method(CLI::App& query, const std::string& name, Method method, const std::string& description,
                  const std::vector<std::string>& nullable, int& status)
{
    auto options = std::make_shared<QueryOptions>();
    options->method = method;
    CLI::App* command = query.add_subcommand(name, description);
    if (method != Method::count) {
        command->add_option("INDEX", options->index, "Zero-based, in attach order; decimal or 0x…")
            ->required()
            ->expected(1);
    }
    SourceOptionSet set;
    set.sockets = set.this_machine = true;
    add_source_options(*command, options->source, set);
    if (method == Method::info) {
        command->add_option("--cch", options->lengths, "The buffers' lengths: address, port, DNS name")
            ->type_name("N,N,N");
    }
    std::string names;
    for (const std::string& parameter : nullable) {
        names += (names.empty() ? "" : ",") + parameter;
    }
    command->add_option("--null", options->nulls, "Parameters to pass as NULL: " + names)
        ->type_name("NAMES")
        ->check(each_of(nullable))
        ->check(suggest(nullable));
    command->add_flag("--json", options->json, "Print the result as a JSON object");
    command->callback([options, &status] { status = run_query(*options); });
}

} // namespace

void setup_query(CLI::App& program, int& status)
{
    CLI::App* query = program.add_subcommand("query", "Call the COM object's methods as a program would");
    query->require_subcommand(1);
    setup_method(*query, "GetClientCount", Method::count, "IWMClientConnections::GetClientCount", {"count"},
                 status);
    setup_method(*query, "GetClientProperties", Method::properties,
                 "IWMClientConnections::GetClientProperties", {"properties"}, status);
    setup_method(*query, "GetClientInfo", Method::info, "IWMClientConnections2::GetClientInfo",
                 {"address", "port", "dns", "cch_address", "cch_port", "cch_dns"}, status);
    query->footer(R"(
Each prints the HRESULT by name and number, and every out value. A failure HRESULT is exit status 1.

Examples:
  wmclients query GetClientCount capture.pcap
  wmclients query GetClientProperties 0 --at +30 capture.pcap
  wmclients query GetClientInfo 0 --cch 16,6,1 capture.pcap
  wmclients query GetClientInfo 0 --null address,port,dns capture.pcap)");
}

} // namespace cli
