#pragma once

#include "attacks/wire.hpp"

#include <string>
#include <string_view>

/// Messages of MS-WMSP, as far as hostile captures need honest ones around what they attack with.
namespace attack {

inline std::string number_text(std::uint64_t number, std::size_t digits)
{
    std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

/// A Play; `more` are further header lines, each with its line end.
inline std::string play(std::string_view more = {})
{
    return "GET / HTTP/1.1\r\nUser-Agent: NSPlayer/9.0.0.3000\r\nHost: 10.1.0.1:8080\r\nPragma: "
           "xPlayStrm=1\r\n"
           "Pragma: stream-switch-count=1\r\nPragma: stream-switch-entry=ffff:1:0\r\n"
           + std::string{more} + "\r\n";
}

inline std::string describe(std::string_view more = {})
{
    return "GET / HTTP/1.1\r\nUser-Agent: NSPlayer/9.0.0.3000\r\nHost: 10.1.0.1:8080\r\n"
           "Pragma: no-cache,rate=1.000000,stream-time=0\r\n"
           + std::string{more} + "\r\n";
}

/// The head of a 200 whose body is of `$` packets and runs until the connection closes, or has `length`.
inline std::string reply(std::string_view more = {})
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/x-mms-framed\r\nServer: Cougar/9.01.01.3814\r\n"
           "Pragma: no-cache\r\nPragma: features=\"broadcast\"\r\n"
           + std::string{more} + "\r\n";
}

inline std::string content_length(std::size_t size)
{
    return "Content-Length: " + std::to_string(size) + "\r\n";
}

/// A `$` packet with an MMS header (MS-WMSP 2.2.3.1).
inline std::string dollar(char type, std::uint32_t location, std::string_view payload,
                          std::uint8_t af_flags = 0)
{
    std::string out{'$', type};
    little(out, 8 + payload.size(), 2);
    little(out, location, 4);
    out += '\0';
    out += static_cast<char>(type == 'H' && af_flags == 0 ? 0x0C : af_flags);
    little(out, 8 + payload.size(), 2);
    out += payload;
    return out;
}

/// `$E`: the end of the stream.
inline std::string end_of_stream()
{
    std::string out{"$E"};
    little(out, 4, 2);
    little(out, 0, 4);
    return out;
}

inline constexpr std::string_view header_object{
    "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C", 16};
inline constexpr std::string_view file_properties{
    "\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65", 16};
inline constexpr std::string_view stream_properties{
    "\x91\x07\xDC\xB7\xB7\xA9\xCF\x11\x8E\xE6\x00\xC0\x0C\x20\x53\x65", 16};
inline constexpr std::string_view audio_media{
    "\x40\x9E\x69\xF8\x4D\x5B\xCF\x11\xA8\xFD\x00\x80\x5F\x5C\x44\x2B", 16};
inline constexpr std::string_view data_object{
    "\x36\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C", 16};
inline constexpr std::string_view padding_object{
    "\x74\xD4\x06\x18\xDF\xCA\x09\x45\xA4\xBA\x9A\xAB\xCB\x96\xAA\xE8", 16};

inline std::string object(std::string_view id, std::string_view content, std::uint64_t claimed = 0)
{
    std::string out{id};
    little(out, claimed != 0 ? claimed : 24 + content.size(), 8);
    out += content;
    return out;
}

struct AsfOptions {
    std::uint64_t file_id = 1;
    std::uint32_t packet_size = 256;
    std::string more;               ///< objects behind File Properties
    std::uint32_t objects = 2;      ///< as the header says
    std::uint64_t header_claim = 0; ///< what the Header Object says of its size; 0: the truth
    std::uint64_t data_claim = 50;
};

/// An ASF header with one audio stream, and the beginning of the Data Object.
inline std::string asf_header(const AsfOptions& options = {})
{
    std::string id(16, '\x42');
    for (std::size_t i = 0; i < 8; ++i) {
        id[i] = static_cast<char>(options.file_id >> 8 * i & 0xFF);
    }
    std::string properties = id;
    little(properties, 0, 8); // file size
    little(properties, 0, 8); // creation date
    little(properties, 0, 8); // packets
    little(properties, 0, 8); // play duration
    little(properties, 0, 8); // send duration
    little(properties, 0, 8); // preroll
    little(properties, 1, 4); // broadcast
    little(properties, options.packet_size, 4);
    little(properties, options.packet_size, 4);
    little(properties, 64'000, 4);
    std::string stream{audio_media};
    stream += std::string(16, '\0'); // no error correction
    little(stream, 0, 8);
    little(stream, 18, 4);
    little(stream, 0, 4);
    little(stream, 1, 2);
    little(stream, 0, 4);
    little(stream, 0x161, 2);
    little(stream, 1, 2);
    little(stream, 44'100, 4);
    little(stream, 8'000, 4);
    little(stream, 1, 2);
    little(stream, 16, 2);
    little(stream, 0, 2);
    const std::string objects =
        object(file_properties, properties) + object(stream_properties, stream) + options.more;
    std::string out{header_object};
    little(out, options.header_claim != 0 ? options.header_claim : 30 + objects.size(), 8);
    little(out, options.objects, 4);
    little(out, 0x0201, 2);
    out += objects;
    std::string data = id;
    little(data, 0, 8);
    little(data, 0x0101, 2);
    return out + object(data_object, data, options.data_claim);
}

/// An ASF data packet of `size` bytes with a payload of stream 1 (ASF specification, section 5.2).
inline std::string data_packet(std::uint32_t size, std::uint32_t send_time)
{
    std::string out{'\x82', '\0', '\0', '\x10',
                    '\x5D'}; // padding length has 16 bits, as Microsoft's writer does
    const std::uint32_t fields = 5 + 2 + 4 + 2 + 1 + 1 + 4 + 1 + 8;
    little(out, 0, 2);
    little(out, send_time, 4);
    little(out, 0, 2);
    out += '\x81';
    out += '\0';
    little(out, 0, 4);
    out += '\x08';
    little(out, size - fields, 4);
    little(out, send_time, 4);
    return out + std::string(size - fields, '\x55');
}

/// A Play with its reply, the header and one packet, on a connection that has begun.
inline void plays(Wire& wire, Talk& talk, std::string_view more = {}, std::string_view more_of_reply = {})
{
    static const std::string body = dollar('H', 0, asf_header()) + dollar('D', 0, data_packet(256, 0));
    wire.send(talk, true, play(more));
    wire.send(talk, false, reply(more_of_reply) + body);
}

} // namespace attack
