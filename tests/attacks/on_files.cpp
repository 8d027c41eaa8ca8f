#include "attacks/attacks.hpp"
#include "attacks/wmsp.hpp"

namespace attack {
namespace {

/// A file that is written front to back.
class File {
  public:
    explicit File(const char* path) : path_(path), file_(std::fopen(path, "wb")), buffer_(1U << 20)
    {
        if (file_ == nullptr) {
            bench::fail(path_ + ": cannot be written");
        }
        std::setvbuf(file_, buffer_.data(), _IOFBF, buffer_.size());
    }

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    ~File() { std::fclose(file_); }

    void put(std::string_view bytes)
    {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
            bench::fail(path_ + ": could not be written");
        }
    }

  private:
    std::string path_;
    std::FILE* file_;
    std::vector<char> buffer_;
};

/// A block of a pcapng file; `claim` is its length as it says, 0: the truth.
std::string block(std::uint32_t type, std::string body, std::uint32_t claim = 0)
{
    body.resize((body.size() + 3) & ~std::size_t{3});
    const auto length = claim != 0 ? claim : static_cast<std::uint32_t>(12 + body.size());
    std::string out;
    little(out, type, 4);
    little(out, length, 4);
    out += body;
    little(out, length, 4);
    return out;
}

std::string section(std::string_view options = {})
{
    std::string body;
    little(body, 0x1A2B'3C4D, 4);
    little(body, 1, 4); // version 1.0
    little(body, ~std::uint64_t{0}, 8);
    return block(0x0A0D'0D0A, body + std::string{options});
}

std::string interface(std::string_view options = {})
{
    std::string body;
    little(body, 1, 4);
    little(body, 262'144, 4);
    return block(1, body + std::string{options});
}

std::string packet()
{
    const std::string frame = std::string{"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", 14}
                              + ipv4(1, 2, 6, std::string{"\1\1\1\1\0\0\0\1\0\0\0\0\x50\2\0\0\0\0\0\0", 20});
    std::string body;
    little(body, 0, 4);
    little(body, 0x0006'0000, 4);
    little(body, 0, 4);
    little(body, frame.size(), 4);
    little(body, frame.size(), 4);
    return block(6, body + frame);
}

std::string comment(std::size_t size)
{
    std::string out;
    little(out, 1, 2);
    little(out, size, 2);
    out += std::string(size, 'c');
    out.resize((out.size() + 3) & ~std::size_t{3});
    return out;
}

void repeat(const char* path, std::uint64_t size, std::string_view first, std::string_view again)
{
    File file{path};
    file.put(first);
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(again);
    }
}

void sections(const char* path, std::uint64_t size)
{
    repeat(path, size, {}, section() + interface() + packet());
}

void interfaces(const char* path, std::uint64_t size)
{
    repeat(path, size, section(), interface());
}

/// Sections of 60,000 interfaces each.
void sections_of_interfaces(const char* path, std::uint64_t size)
{
    File file{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        if (i % 60'000 == 0) {
            file.put(section());
        }
        file.put(interface());
    }
}

/// Options of 60,000 bytes at every block, and a million to one.
void options(const char* path, std::uint64_t size)
{
    std::string many;
    while (many.size() < 1'000'000) {
        many += std::string{"\1\0\0\0", 4};
    }
    repeat(path, size, section(many), section(comment(60'000)) + interface(many) + packet());
}

/// Blocks of types that nobody knows.
void unknown_blocks(const char* path, std::uint64_t size)
{
    repeat(path, size, section() + interface() + packet(), block(0x7777'7777, {}));
}

/// A block that claims 4 GiB, of which `size` bytes are there.
void claims_4_gib(const char* path, std::uint64_t size)
{
    File file{path};
    std::string body;
    little(body, 0x7777'7777, 4);
    little(body, 0xFFFF'FFFC, 4);
    file.put(section() + interface() + packet() + body);
    const std::string zeros(1U << 16, '\0');
    for (std::uint64_t done = 0; done < size; done += zeros.size()) {
        file.put(zeros);
    }
}

/// A packet that claims 2^32 - 1 bytes, of which `size` are there.
void record_claims(const char* path, std::uint64_t size)
{
    File file{path};
    std::string head;
    little(head, 0xA1B2'C3D4, 4);
    little(head, 0x0004'0002, 4);
    little(head, 0, 8);
    little(head, 0xFFFF'FFFF, 4);
    little(head, 1, 4);
    little(head, 0, 8);
    little(head, 0xFFFF'FFFF, 4);
    little(head, 0xFFFF'FFFF, 4);
    file.put(head);
    const std::string zeros(1U << 16, '\0');
    for (std::uint64_t done = 0; done < size; done += zeros.size()) {
        file.put(zeros);
    }
}

constexpr std::string_view log_head =
    R"({"type":"log","schema_version":1,"origin":"capture","attach_on":"play","detach_on":"end-of-stream"})"
    "\n"
    R"({"type":"sink_open","time":"2026-01-01T00:00:00Z","packet":1,"seen_at":"2026-01-01T00:00:00Z","seen_packet":1,)"
    R"("local_address":"10.1.0.1","local_port":8080,"server":"Cougar"})"
    "\n";

std::string times(std::uint64_t number)
{
    const std::string time = "\"2026-01-01T" + number_text(number / 3'600 % 24, 2) + ":"
                             + number_text(number / 60 % 60, 2) + ":" + number_text(number % 60, 2) + "Z\"";
    return R"("time":)" + time + R"(,"packet":)" + std::to_string(number + 2) + R"(,"seen_at":)" + time
           + R"(,"seen_packet":)" + std::to_string(number + 2);
}

std::string play_event(std::uint64_t number, std::uint64_t connection, std::uint64_t ordinal,
                       std::uint32_t address, std::uint32_t port)
{
    return R"({"type":"play",)" + times(number) + R"(,"connection":)" + std::to_string(connection)
           + R"(,"ordinal":)" + std::to_string(ordinal) + R"(,"address":"10.)"
           + std::to_string(address >> 16 & 0xFF) + '.' + std::to_string(address >> 8 & 0xFF) + '.'
           + std::to_string(address & 0xFF) + R"(","port":)" + std::to_string(port)
           + R"(,"local_address":"10.1.0.1","local_port":8080,"exact":true,"user_agent":"NSPlayer/)"
           + std::to_string(number) + R"(","target":"/"})" + "\n";
}

void log_clients(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(log_head);
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(play_event(i, i + 1, 0, static_cast<std::uint32_t>(i), 1'024));
    }
}

/// Numbers of connections that are multiples of a size that a table of libstdc++ has for that many.
void log_numbers(const char* path, std::uint64_t size)
{
    constexpr std::array<std::uint64_t, 9> primes{10'273,  20'753,  42'043,    85'229,   172'933,
                                                  351'061, 712'697, 1'447'153, 2'938'679};
    const std::uint64_t prime = *std::lower_bound(primes.begin(), primes.end() - 1, size);
    File file{path};
    file.put(log_head);
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(play_event(i, (i + 1) * prime, 0, static_cast<std::uint32_t>(i), 1'024));
    }
}

/// Plays of one connection.
void log_ordinals(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(log_head);
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(play_event(i, 7, i, 1, 1'024));
    }
}

/// What a probe's callback was told, of ports and clients without end.
void log_told(const char* path, std::uint64_t size)
{
    File file{path};
    file.put("{\"type\":\"log\",\"schema_version\":1,\"origin\":\"com\"}\n");
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(R"({"type":"client_connect",)" + times(i) + R"(,"status":32,"address":"10.)"
                 + std::to_string(i >> 16 & 0xFF) + '.' + std::to_string(i >> 8 & 0xFF) + '.'
                 + std::to_string(i & 0xFF) + R"(","port":1024,"local_port":)"
                 + std::to_string(1 + i % 60'000) + ",\"dns_name\":\"n" + std::to_string(i) + "\"}\n");
    }
}

/// A line of that many bytes, and one that is well.
void log_line(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(log_head);
    const std::string part(1U << 16, 'x');
    file.put("{\"type\":\"");
    for (std::uint64_t done = 0; done < size; done += part.size()) {
        file.put(part);
    }
    file.put("\"}\n");
    file.put(play_event(1, 1, 0, 1, 1'024));
}

/// Lines of 900,000 bytes that open arrays, in arrays.
void log_nesting(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(log_head);
    std::string nested =
        "{\"type\":\"play\",\"user_agent\":" + std::string(450'000, '[') + std::string(450'000, ']') + "}\n";
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(nested);
    }
    file.put(play_event(1, 1, 0, 1, 1'024));
}

void hosts(const char* path, std::uint64_t size)
{
    File file{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put("10." + std::to_string(i >> 16 & 0xFF) + '.' + std::to_string(i >> 8 & 0xFF) + '.'
                 + std::to_string(i & 0xFF) + " host-" + std::to_string(i) + "\n");
    }
}

/// An ASF file with that many packets; `more` are objects in its header.
void asf(const char* path, std::uint64_t size, const AsfOptions& options)
{
    File file{path};
    file.put(asf_header(options));
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(data_packet(256, static_cast<std::uint32_t>(i)));
    }
}

void asf_claims(const char* path, std::uint64_t size)
{
    AsfOptions options;
    options.objects = 0xFFFF'FFFF;
    options.data_claim = std::uint64_t{1} << 63;
    options.more = object(padding_object, std::string(100, '\0'), std::uint64_t{1} << 63);
    asf(path, size, options);
}

void asf_header_claims(const char* path, std::uint64_t size)
{
    AsfOptions options;
    options.header_claim = std::uint64_t{1} << 63;
    asf(path, size, options);
}

void asf_packets_of_0(const char* path, std::uint64_t size)
{
    AsfOptions options;
    options.packet_size = 0;
    asf(path, size, options);
}

void asf_packets_of_4_gib(const char* path, std::uint64_t size)
{
    AsfOptions options;
    options.packet_size = 0xFFFF'FFFF;
    asf(path, size, options);
}

/// As many objects as a header of 4 MiB holds.
void asf_many_objects(const char* path, std::uint64_t size)
{
    AsfOptions options;
    options.objects = 170'000;
    while (options.more.size() < 170'000 * 24) {
        options.more += object(padding_object, {});
    }
    asf(path, size, options);
}

/// Packets that all have the same time, in a file that is looped.
void asf_without_time(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(asf_header());
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(data_packet(256, 0));
    }
}

/// An index behind the data that claims as many entries as it likes.
void asf_index(const char* path, std::uint64_t size)
{
    File file{path};
    file.put(asf_header());
    file.put(data_packet(256, 0) + data_packet(256, 100));
    file.put(std::string_view{"\x90\x08\x00\x33\xB1\xE5\xCF\x11\x89\xF4\x00\xA0\xC9\x03\x49\xCB", 16});
    std::string claims;
    little(claims, std::uint64_t{1} << 63, 8);
    claims += std::string(16, '\1');
    little(claims, 10'000'000, 8);
    little(claims, 0xFFFF'FFFF, 4);
    little(claims, 0xFFFF'FFFF, 4);
    file.put(claims);
    const std::string entries(600, '\xFF');
    for (std::uint64_t i = 0; i < size; ++i) {
        file.put(entries);
    }
}

constexpr std::array attacks_on_files{
    Attack{"sections", sections},
    Attack{"interfaces", interfaces},
    Attack{"sections_of_interfaces", sections_of_interfaces},
    Attack{"options", options},
    Attack{"unknown_blocks", unknown_blocks},
    Attack{"claims_4_gib", claims_4_gib},
    Attack{"record_claims", record_claims},
    Attack{"log_clients", log_clients},
    Attack{"log_numbers", log_numbers},
    Attack{"log_ordinals", log_ordinals},
    Attack{"log_told", log_told},
    Attack{"log_line", log_line},
    Attack{"log_nesting", log_nesting},
    Attack{"hosts", hosts},
    Attack{"asf_claims", asf_claims},
    Attack{"asf_header_claims", asf_header_claims},
    Attack{"asf_packets_of_0", asf_packets_of_0},
    Attack{"asf_packets_of_4_gib", asf_packets_of_4_gib},
    Attack{"asf_many_objects", asf_many_objects},
    Attack{"asf_without_time", asf_without_time},
    Attack{"asf_index", asf_index},
};

} // namespace

std::span<const Attack> on_files()
{
    return attacks_on_files;
}

} // namespace attack
