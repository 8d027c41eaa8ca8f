#include "read_file.hpp"

#include "exit_code.hpp"

#include <wmclients/capture/file_source.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace cli {

std::string read_file(const std::string& name, std::size_t longest)
{
    const auto fail = [](const wmclients::Error& error) { throw Exit{code_of(error.kind), error.message}; };
    const auto file = wmclients::capture::FileSource::open(name);
    if (!file) {
        fail(file.error());
    }
    std::string text;
    std::vector<std::uint8_t> block(16U << 10);
    for (;;) {
        const auto size = (*file)->read(block);
        if (!size) {
            fail(size.error());
        }
        if (*size == 0) {
            return text;
        }
        text.append(reinterpret_cast<const char*>(block.data()), *size);
        if (text.size() > longest) {
            throw Exit{ExitCode::damaged, fmt::format("{}: longer than {} bytes", name, longest)};
        }
    }
}

} // namespace cli
