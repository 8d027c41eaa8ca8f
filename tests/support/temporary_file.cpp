#include <support/temporary_file.hpp>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

namespace wmclients::testing {

TemporaryFile::TemporaryFile(Bytes content) : descriptor_(memfd_create("wmclients-test", MFD_CLOEXEC))
{
    if (descriptor_ < 0) {
        throw std::runtime_error{"no file in memory"};
    }
    while (!content.empty()) {
        const auto written = ::write(descriptor_, content.data(), content.size());
        if (written <= 0) {
            ::close(descriptor_);
            throw std::runtime_error{"a file in memory cannot be written"};
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

TemporaryFile::~TemporaryFile()
{
    ::close(descriptor_);
}

} // namespace wmclients::testing
