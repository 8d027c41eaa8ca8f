#include <wmclients/capture/file_reader.hpp>

#include <fmt/format.h>

#include <utility>

namespace wmclients::capture {

FileReader::FileReader(BufferedInput input, std::string name)
    : input_(std::move(input)), name_(std::move(name))
{
}

std::string FileReader::next_packet() const
{
    return fmt::format("packet {}", quality_.packets + 1);
}

bool FileReader::cut(const std::string& what, std::uint64_t offset, std::uint64_t needed, std::uint64_t there)
{
    if (input_.error()) {
        // The source's message names the file.
        return stop(input_.error()->kind,
                    fmt::format("{}; what comes before {} was read", input_.error()->message, what));
    }
    return stop(Error::Kind::damaged,
                fmt::format("{}: cut in the middle of {} at offset {} (needs {} bytes, {} are there)", name_,
                            what, offset, needed, there));
}

bool FileReader::damaged(const std::string& what, std::uint64_t offset, const std::string& why)
{
    return stop(Error::Kind::damaged,
                fmt::format("{}: {} at offset {} is damaged: {}; what comes before was read", name_, what,
                            offset, why));
}

bool FileReader::stop(Error::Kind kind, std::string message)
{
    problems_.push_back(Error{kind, std::move(message)});
    input_.stop();
    return false;
}

} // namespace wmclients::capture
