#include <wmclients/base/text.hpp>
#include <wmclients/output/check_report.hpp>

namespace wmclients::output {
namespace {

using check::Evidence;
using check::Result;
using check::Verdict;

Json endpoint_json(const Endpoint& endpoint)
{
    return {{"address", to_string(endpoint.address)}, {"port", endpoint.port}};
}

Json packet_json(const PacketRef& ref)
{
    return ref.number == 0 ? Json(nullptr) : Json(ref.number);
}

Json evidence_json(const CheckReport& report, const Result& result, const Evidence& evidence)
{
    const bool whole_server = evidence.connection == 0;
    const PacketRef& first = evidence.place.first;
    Json object = Json::object();
    object["verdict"] = to_string(evidence.verdict);
    object["known"] = evidence.verdict == Verdict::fail && report.known(result, evidence);
    object["count"] = evidence.count;
    put_text(object, "file", first.file < report.files.size() ? report.files[first.file] : std::string{});
    object["first_packet"] = packet_json(first);
    object["last_packet"] = packet_json(evidence.place.last);
    object["time"] = first.number == 0 ? Json(nullptr) : Json(to_rfc3339(first.time));
    object["connection"] = whole_server ? Json(nullptr) : Json(evidence.connection);
    object["client"] = whole_server ? Json(nullptr) : endpoint_json(evidence.client);
    object["server"] = endpoint_json(evidence.server);
    object["stream_offset"] = whole_server ? Json(nullptr) : Json(evidence.offset);
    put_text(object, "party", evidence.party);
    object["missing"] =
        evidence.verdict == Verdict::inconclusive ? Json(to_string(evidence.missing)) : Json(nullptr);
    put_text(object, "expected", evidence.expected);
    put_text(object, "actual", evidence.actual);
    object["tshark_filter"] = tshark_filter(report, evidence);
    return object;
}

Json result_json(const CheckReport& report, const Result& result)
{
    Json object = Json::object();
    object["rule"] = result.rule->id;
    object["level"] = to_string(result.rule->level);
    object["side"] = to_string(result.rule->side);
    object["section"] = result.rule->section;
    object["requirement"] = result.rule->requirement;
    object["disagreement"] =
        result.rule->disagreement.empty() ? Json(nullptr) : Json(result.rule->disagreement);
    object["verdict"] = to_string(result.verdict());
    object["judgements"] = {{"pass", result.count(Verdict::pass)},
                            {"fail", result.count(Verdict::fail)},
                            {"inconclusive", result.count(Verdict::inconclusive)}};
    object["evidence"] = Json::array();
    for (const Evidence& evidence : result.evidence) {
        object["evidence"].push_back(evidence_json(report, result, evidence));
    }
    object["evidence_left_out"] = result.evidence_left_out;
    return object;
}

} // namespace

Json check_json(const CheckReport& report)
{
    Json document = Json::object();
    document["schema_version"] = 1;
    document["complete"] = report.complete;
    document["packets"] = report.packets;
    document["files"] = Json::array();
    for (const std::string& file : report.files) {
        document["files"].push_back(repair_utf8(file));
    }
    document["results"] = Json::array();
    for (const Result& result : report.results) {
        document["results"].push_back(result_json(report, result));
    }
    document["gone"] = Json::array();
    for (const check::Finding& finding : report.gone()) {
        Json entry = Json::object();
        entry["rule"] = repair_utf8(finding.rule);
        put_text(entry, "party", finding.party);
        document["gone"].push_back(std::move(entry));
    }
    document["unexpected"] = nullptr;
    if (report.unexpected) {
        document["unexpected"] = Json::array();
        for (const std::string& line : *report.unexpected) {
            document["unexpected"].push_back(repair_utf8(line));
        }
    }
    document["summary"] = {{"pass", report.count(Verdict::pass)},
                           {"fail", report.count(Verdict::fail)},
                           {"new_fail", report.new_fails()},
                           {"inconclusive", report.count(Verdict::inconclusive)},
                           {"not_applicable", report.count(Verdict::not_applicable)}};
    return document;
}

} // namespace wmclients::output
