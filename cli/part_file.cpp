#include "part_file.hpp"

#include "exit_code.hpp"
#include "file_beside.hpp"
#include "platform.hpp"

#include <wmclients/capture/file_name.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace cli {

using wmclients::Bytes;
using wmclients::Error;
using wmclients::Expected;
using wmclients::OutputFile;

namespace {

tl::unexpected<Error> cannot_write(const std::string& name, std::error_code error)
{
    return wmclients::failure(Error::Kind::unavailable,
                              fmt::format("{}: cannot be written: {}", name, error.message()));
}

/// A standard stream, whatever its name.
class StreamFile final : public OutputFile {
  public:
    StreamFile(Stream stream, std::string name) : stream_(stream), name_(std::move(name)) {}

    Expected<void> write(Bytes bytes) override
    {
        const std::error_code error = write_all(stream_, wmclients::as_text(bytes));
        if (error == std::errc::broken_pipe && stream_ == Stream::output) {
            throw Exit{ExitCode::closed_output, {}};
        }
        if (error) {
            return cannot_write(name_ == "-" ? "standard output" : name_, error);
        }
        return {};
    }

    [[nodiscard]] bool can_overwrite() const override { return false; }

    Expected<void> overwrite(std::uint64_t, Bytes) override
    {
        return cannot_write(name_, std::make_error_code(std::errc::invalid_seek));
    }

    Expected<void> finish() override { return {}; }

    [[nodiscard]] const std::string& name() const override { return name_; }

  private:
    Stream stream_;
    std::string name_;
};

} // namespace

class PartFile final : public OutputFile {
  public:
    PartFile(PartFiles& files, std::string name, std::filesystem::path target)
        : files_(files), name_(std::move(name)), target_(std::move(target)),
          direct_(has_no_place_beside(target_))
    {
    }

    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    ~PartFile() override
    {
        static_cast<void>(close());
        if (!aside_.empty()) {
            std::error_code ignored;
            std::filesystem::remove(aside_, ignored);
        }
    }

    Expected<void> create()
    {
        std::filesystem::path aside;
        file_ = direct_ ? open_file(target_, FileMode::overwrite) : open_beside(target_, aside);
        if (file_ == nullptr) {
            return cannot_write(name_, last_file_error());
        }
        aside_ = std::move(aside);
        note_open();
        if (direct_) {
            return {};
        }
        const std::error_code error = take_permissions(file_, target_);
        return error ? Expected<void>{cannot_write(name_, error)} : Expected<void>{};
    }

    Expected<void> write(Bytes bytes) override
    {
        return ready(FileMode::append).and_then([&] { return put(bytes); });
    }

    [[nodiscard]] bool can_overwrite() const override { return !direct_; }

    Expected<void> overwrite(std::uint64_t at, Bytes bytes) override
    {
        lost_ = close();
        Expected<void> done = ready(FileMode::change).and_then([&]() -> Expected<void> {
            if (std::fseek(file_, static_cast<long>(at), SEEK_SET) != 0) {
                return cannot_write(name_, last_file_error());
            }
            return put(bytes);
        });
        lost_ = close(); // what comes then is appended again
        return done;
    }

    Expected<void> finish() override
    {
        if (direct_) {
            const std::error_code error = close();
            return error ? Expected<void>{cannot_write(name_, error)} : Expected<void>{};
        }
        const HeldSignals until_nothing_lies_beside;
        if (Expected<void> opened = ready(FileMode::append); !opened) {
            return opened;
        }
        std::error_code error = sync(file_);
        const std::error_code unclosed = close();
        error = error ? error : unclosed;
        if (!error) {
            std::filesystem::rename(aside_, target_, error);
        }
        if (error) {
            return cannot_write(name_, error);
        }
        aside_.clear();
        return {};
    }

    [[nodiscard]] const std::string& name() const override { return name_; }

  private:
    Expected<void> put(Bytes bytes)
    {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
            return cannot_write(name_, last_file_error());
        }
        return {};
    }

    /// Opens it again if it is closed.
    Expected<void> ready(FileMode mode)
    {
        if (lost_) {
            return cannot_write(name_, lost_);
        }
        if (file_ != nullptr) {
            files_.open_.splice(files_.open_.begin(), files_.open_, place_);
            return {};
        }
        file_ = open_file(aside_, mode);
        if (file_ == nullptr) {
            return cannot_write(name_, last_file_error());
        }
        note_open();
        return {};
    }

    /// It is open: another one may have to be closed.
    void note_open()
    {
        files_.open_.push_front(this);
        place_ = files_.open_.begin();
        PartFile* const idle = files_.open_.back();
        if (files_.open_.size() > files_.most_open_ && !idle->direct_) {
            idle->lost_ = idle->close();
        }
    }

    std::error_code close()
    {
        if (file_ == nullptr) {
            return lost_;
        }
        files_.open_.erase(place_);
        const bool closed = std::fclose(file_) == 0;
        file_ = nullptr;
        return closed ? lost_ : last_file_error();
    }

    PartFiles& files_;
    std::string name_;
    std::filesystem::path target_;
    bool direct_;
    std::filesystem::path aside_; ///< the file beside; empty once it has its name
    std::FILE* file_ = nullptr;
    std::error_code lost_; ///< what was written could not be kept when it was closed
    std::list<PartFile*>::iterator place_;
};

std::unique_ptr<OutputFile> standard_output_file()
{
    return std::make_unique<StreamFile>(Stream::output, "-");
}

Expected<std::unique_ptr<OutputFile>> PartFiles::create(const std::string& name)
{
    const std::filesystem::path path = wmclients::capture::path_of(name);
    if (const auto stream = standard_stream(path)) {
        return std::make_unique<StreamFile>(*stream, name);
    }
    auto file = std::make_unique<PartFile>(*this, name, followed(path));
    if (Expected<void> created = file->create(); !created) {
        return tl::unexpected(created.error());
    }
    return file;
}

} // namespace cli
