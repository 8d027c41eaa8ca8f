#include "event_record.hpp"

#include <wmclients/com/abi/result.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace probe {

using wmclients::failed;
using wmclients::Hresult;
using wmclients::Json;
using wmclients::timeline::ClientAnswer;
using wmclients::timeline::SnapshotTaken;

namespace {

/// More than any sink says that it has; a wrong count must not make the log endless.
constexpr DWORD most_clients = 1000;

/// Readings that may differ from the one before, until a snapshot is given up as inconsistent.
constexpr int most_changes = 20;

/// What GetClientInfo says when it is asked for the lengths alone.
struct Lengths {
    Hresult result = Hresult::s_ok;
    std::array<DWORD, 3> values{}; ///< of address, port, name

    friend bool operator==(const Lengths&, const Lengths&) = default;
};

/// What the methods said when they were asked once.
struct Reading {
    Hresult count_result = Hresult::s_ok;
    DWORD count = 0;
    std::vector<ClientAnswer> clients;
    std::vector<Lengths> lengths; ///< of each client

    friend bool operator==(const Reading&, const Reading&) = default;
};

Hresult result_of(HRESULT result)
{
    return static_cast<Hresult>(static_cast<std::uint32_t>(result));
}

/// First the lengths, then the texts, with buffers of just those lengths.
void read_info(abi::IWMClientConnections2& connections, DWORD index, ClientAnswer& answer, Lengths& lengths)
{
    auto& [address, port, name] = lengths.values;
    lengths.result =
        result_of(connections.GetClientInfo(index, nullptr, &address, nullptr, &port, nullptr, &name));
    answer.info_result = lengths.result;
    if (failed(lengths.result)
        || *std::max_element(lengths.values.begin(), lengths.values.end()) > longest_text) {
        return;
    }
    std::array<std::vector<wchar_t>, 3> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        texts[i].resize(std::size_t{lengths.values[i]} + 1); // a NUL of ours, should one be missing
    }
    std::array<DWORD, 3> sizes = lengths.values;
    answer.info_result = result_of(connections.GetClientInfo(
        index, texts[0].data(), sizes.data(), texts[1].data(), &sizes[1], texts[2].data(), &sizes[2]));
    if (!failed(answer.info_result)) {
        answer.address = utf8(texts[0].data());
        answer.port_text = utf8(texts[1].data());
        answer.dns_name = utf8(texts[2].data());
    }
}

Reading read(abi::IWMClientConnections& connections, abi::IWMClientConnections2* infos)
{
    Reading reading;
    reading.count_result = result_of(connections.GetClientCount(&reading.count));
    const DWORD clients = failed(reading.count_result) ? 0 : std::min(reading.count, most_clients);
    for (DWORD index = 0; index < clients; ++index) {
        ClientAnswer& answer = reading.clients.emplace_back();
        Lengths& lengths = reading.lengths.emplace_back();
        abi::WM_CLIENT_PROPERTIES properties{};
        answer.properties_result = result_of(connections.GetClientProperties(index, &properties));
        answer.ip_address = properties.dwIPAddress;
        answer.port = properties.dwPort;
        answer.info_result = lengths.result = Hresult::e_nointerface;
        if (infos != nullptr) {
            read_info(*infos, index, answer, lengths);
        }
    }
    return reading;
}

} // namespace

Json snapshot_line(abi::IWMClientConnections& connections, abi::IWMClientConnections2* infos,
                   std::string_view cause, DWORD local_port)
{
    SnapshotTaken snapshot;
    snapshot.port = static_cast<std::uint16_t>(local_port);
    Reading reading = read(connections, infos);
    snapshot.consistent = false;
    for (int changes = 0; !snapshot.consistent && changes < most_changes; ++changes) {
        snapshot.when.time = now();
        Reading again = read(connections, infos);
        snapshot.consistent = again == reading;
        reading = std::move(again);
    }
    snapshot.seen.time = *snapshot.when.time;
    snapshot.count_result = reading.count_result;
    snapshot.count = reading.count;
    snapshot.clients = std::move(reading.clients);
    Json object = to_json(snapshot);
    object["cause"] = std::string{cause};
    for (std::size_t i = 0; i < reading.lengths.size(); ++i) {
        Json& client = object["clients"][i];
        client["lengths_hresult"] = hex(static_cast<DWORD>(reading.lengths[i].result));
        client["lengths"] = reading.lengths[i].values;
    }
    return object;
}

} // namespace probe
