#include <wmclients/capture/capture_format.hpp>
#include <wmclients/capture/file_name.hpp>
#include <wmclients/capture/file_source.hpp>
#include <wmclients/capture/merged_source.hpp>
#include <wmclients/capture/open_capture.hpp>
#include <wmclients/capture/open_sources.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace wmclients::capture {
namespace {

namespace fs = std::filesystem;

using Decompress = decltype(PlatformParts::decompress);
using Interrupted = decltype(OpenOptions::interrupted);

Expected<std::unique_ptr<ByteSource>> open_bytes(const std::string& path, const Decompress& decompress)
{
    auto file = FileSource::open(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    if (!decompress) {
        return std::move(*file);
    }
    return decompress(std::move(*file), display_name(path));
}

/// Bytes that come no more once somebody says so.
class InterruptibleSource final : public ByteSource {
  public:
    InterruptibleSource(std::unique_ptr<ByteSource> inner, Interrupted interrupted, std::string name)
        : inner_(std::move(inner)), interrupted_(std::move(interrupted)), name_(std::move(name))
    {
    }

    Expected<std::size_t> read(std::span<std::uint8_t> into) override
    {
        if (interrupted_()) {
            return failure(Error::Kind::unavailable, fmt::format("{}: reading was interrupted", name_));
        }
        return inner_->read(into);
    }

    [[nodiscard]] std::uint64_t bytes_read() const override { return inner_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return inner_->size(); }

  private:
    std::unique_ptr<ByteSource> inner_;
    Interrupted interrupted_;
    std::string name_;
};

MergeInput file_input(const std::string& path, bool reopens, const Decompress& decompress,
                      const Interrupted& interrupted)
{
    MergeInput input;
    input.name = display_name(path);
    input.reopens = reopens;
    input.open = [path, decompress,
                  interrupted](std::size_t window) -> Expected<std::unique_ptr<PacketSource>> {
        auto bytes = open_bytes(path, decompress);
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        if (interrupted) {
            bytes = std::make_unique<InterruptibleSource>(std::move(*bytes), interrupted, display_name(path));
        }
        return open_capture(std::move(*bytes), display_name(path), window);
    };
    return input;
}

/// An input that cannot be read, to be told with the others.
MergeInput failed_input(const std::string& path, Error error)
{
    MergeInput input;
    input.name = path;
    input.open = [error = std::move(error)](std::size_t) -> Expected<std::unique_ptr<PacketSource>> {
        return tl::unexpected(error);
    };
    return input;
}

/// False only for a file that can be read and is no capture. One whose compression cannot be undone may be.
bool may_be_capture(const std::string& path, const Decompress& decompress)
{
    auto bytes = open_bytes(path, decompress);
    if (!bytes) {
        return true;
    }
    BufferedInput input(std::move(*bytes), recognition_size);
    input.ensure(recognition_size);
    return input.error().has_value() || recognise_capture(input.view()) != CaptureFormat::none
           || (!decompress && recognise_compression(input.view()) != Compression::none);
}

void add_folder(const std::string& folder, const Decompress& decompress, const Interrupted& interrupted,
                std::vector<MergeInput>& inputs)
{
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator entry(path_of(folder), error); !error && entry != fs::directory_iterator{};
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) {
            paths.push_back(name_of(entry->path()));
        }
    }
    if (error) {
        inputs.push_back(
            failed_input(folder, Error{Error::Kind::damaged, fmt::format("{}: the folder cannot be read: {}",
                                                                         folder, error.message())}));
        return;
    }
    std::erase_if(paths, [&](const std::string& path) { return !may_be_capture(path, decompress); });
    if (paths.empty()) {
        inputs.push_back(failed_input(
            folder, Error{Error::Kind::damaged,
                          fmt::format("{}: the folder holds no pcap or pcapng capture", folder)}));
    }
    std::ranges::sort(paths);
    for (const std::string& path : paths) {
        inputs.push_back(file_input(path, true, decompress, interrupted));
    }
}

} // namespace

Expected<std::unique_ptr<PacketSource>> open_sources(std::vector<std::string> names, OpenOptions options,
                                                     const PlatformParts& platform)
{
    if (!options.filter.empty() && !platform.filter) {
        return failure(
            Error::Kind::usage,
            fmt::format("the filter \"{}\" cannot be used: this build has no libpcap; filter while "
                        "recording, or with editcap or tshark before",
                        options.filter));
    }
    if (std::ranges::count(names, "-") > 1) {
        return failure(Error::Kind::usage, "standard input (-) can be read only once; name it once");
    }
    std::vector<MergeInput> inputs;
    for (const std::string& name : names) {
        std::error_code ignored;
        const fs::file_status status = name == "-" ? fs::file_status{} : fs::status(path_of(name), ignored);
        if (fs::is_directory(status)) {
            add_folder(name, platform.decompress, options.interrupted, inputs);
        } else {
            inputs.push_back(file_input(name, fs::is_regular_file(status) || !fs::exists(status),
                                        platform.decompress, options.interrupted));
        }
    }
    Expected<std::unique_ptr<PacketSource>> source = merge_sources(std::move(inputs));
    if (source && (options.from || options.to)) {
        source = std::make_unique<TimeWindow>(std::move(*source), options.from, options.to);
    }
    if (source && !options.filter.empty()) {
        source = platform.filter(std::move(*source), std::move(options.filter));
    }
    return source;
}

} // namespace wmclients::capture
