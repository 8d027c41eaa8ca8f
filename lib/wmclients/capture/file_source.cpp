#include <wmclients/capture/file_name.hpp>
#include <wmclients/capture/file_source.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

namespace wmclients::capture {
namespace {

std::FILE* open_file(const std::filesystem::path& path)
{
#ifdef _WIN32
    return _wfopen(path.c_str(), L"rb");
#else
    return std::fopen(path.c_str(), "rb");
#endif
}

/// One read of the system: -1 with errno, or how many bytes; 0 at the end.
std::int64_t read_once(std::FILE* file, std::span<std::uint8_t> into)
{
    // fread() would wait until all of `into` is filled.
    const std::size_t count = std::min<std::size_t>(into.size(), std::numeric_limits<int>::max());
#ifdef _WIN32
    return _read(_fileno(file), into.data(), static_cast<unsigned>(count));
#else
    return ::read(fileno(file), into.data(), count);
#endif
}

std::string reason(int error)
{
    return std::error_code(error, std::generic_category()).message();
}

} // namespace

std::string display_name(const std::string& path)
{
    return path == "-" ? "standard input" : path;
}

void FileSource::Close::operator()(std::FILE* file) const
{
    if (file != stdin) {
        static_cast<void>(std::fclose(file));
    }
}

FileSource::FileSource(std::FILE* file, std::string name, std::uint64_t size)
    : file_(file), name_(std::move(name)), size_(size)
{
}

Expected<std::unique_ptr<FileSource>> FileSource::open(const std::string& path)
{
    if (path == "-") {
#ifdef _WIN32
        _setmode(_fileno(stdin), _O_BINARY);
#endif
        return std::unique_ptr<FileSource>(new FileSource(stdin, display_name(path), 0));
    }
    const std::filesystem::path file_path = path_of(path);
    errno = 0;
    std::FILE* file = open_file(file_path);
    if (file == nullptr) {
        return failure(Error::Kind::damaged, fmt::format("{}: cannot be opened: {}", path, reason(errno)));
    }
    static_cast<void>(std::setvbuf(file, nullptr, _IONBF, 0));
    std::error_code ignored;
    std::uint64_t size = 0;
    if (std::filesystem::is_regular_file(file_path, ignored)) {
        size = std::filesystem::file_size(file_path, ignored);
        size = ignored ? 0 : size;
    }
    return std::unique_ptr<FileSource>(new FileSource(file, path, size));
}

Expected<std::size_t> FileSource::read(std::span<std::uint8_t> into)
{
    const std::int64_t got = read_once(file_.get(), into);
    if (got < 0) {
        const int error = errno;
        if (error == EINTR) {
            return failure(Error::Kind::unavailable, fmt::format("{}: reading was interrupted", name_));
        }
        return failure(Error::Kind::damaged,
                       fmt::format("{}: cannot be read at offset {}: {}", name_, bytes_read_, reason(error)));
    }
    bytes_read_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
}

} // namespace wmclients::capture
