#include <wmclients/base/text.hpp>
#include <wmclients/com/answers.hpp>

#include <array>
#include <string>

namespace wmclients::com {
namespace {

/// Longer than any address, port or DNS name with its NUL (RFC 1035: 255 octets).
constexpr std::uint32_t ample = 512;

std::string utf8(const std::array<char16_t, ample>& buffer, std::uint32_t length)
{
    std::string bytes;
    for (std::uint32_t i = 0; i + 1 < length && i < buffer.size(); ++i) {
        bytes += static_cast<char>(buffer[i] & 0xFF);
        bytes += static_cast<char>(buffer[i] >> 8);
    }
    return utf8_from_utf16le(bytes);
}

} // namespace

Answers answers_of(const Snapshot& snapshot)
{
    const ClientConnections object{snapshot};
    Answers answers;
    answers.count_result = object.get_client_count(&answers.count);
    for (std::uint32_t index = 0; !failed(answers.count_result) && index < answers.count; ++index) {
        timeline::ClientAnswer client;
        ClientProperties properties;
        client.properties_result = object.get_client_properties(index, &properties);
        client.ip_address = properties.ip_address;
        client.port = properties.port;
        std::array<std::array<char16_t, ample>, 3> buffers{};
        std::array<std::uint32_t, 3> lengths{ample, ample, ample};
        client.info_result =
            object.get_client_info(index, buffers[0].data(), lengths.data(), buffers[1].data(), &lengths[1],
                                   buffers[2].data(), &lengths[2]);
        if (!failed(client.info_result)) {
            client.address = utf8(buffers[0], lengths[0]);
            client.port_text = utf8(buffers[1], lengths[1]);
            client.dns_name = utf8(buffers[2], lengths[2]);
        }
        answers.clients.push_back(std::move(client));
    }
    return answers;
}

} // namespace wmclients::com
