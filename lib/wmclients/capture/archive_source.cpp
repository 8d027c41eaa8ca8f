#include <wmclients/capture/archive_source.hpp>
#include <wmclients/capture/capture_format.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace wmclients::capture {
namespace {

/// The head of a source that was read to recognise it.
struct Head {
    std::array<std::uint8_t, recognition_size> bytes{};
    std::size_t size = 0;
    std::size_t replayed = 0;

    /// Hands out what was read before; 0 once all has been.
    std::size_t replay(std::span<std::uint8_t> into)
    {
        const std::size_t count = std::min(into.size(), size - replayed);
        if (count > 0) {
            std::memcpy(into.data(), bytes.data() + replayed, count);
            replayed += count;
        }
        return count;
    }
};

/// A source that was looked into, from its start.
class ReplaySource final : public ByteSource {
  public:
    ReplaySource(std::unique_ptr<ByteSource> raw, const Head& head) : raw_(std::move(raw)), head_(head) {}

    Expected<std::size_t> read(std::span<std::uint8_t> into) override
    {
        const std::size_t replayed = head_.replay(into);
        return replayed > 0 ? Expected<std::size_t>{replayed} : raw_->read(into);
    }

    [[nodiscard]] std::uint64_t bytes_read() const override { return raw_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return raw_->size(); }

  private:
    std::unique_ptr<ByteSource> raw_;
    Head head_;
};

class ArchiveSource final : public ByteSource {
  public:
    ArchiveSource(std::unique_ptr<ByteSource> raw, std::string name, const Head& head)
        : raw_(std::move(raw)), name_(std::move(name)), head_(head)
    {
    }

    /// Sets libarchive up for one compression and reads its header.
    std::optional<Error> start(Compression compression);

    Expected<std::size_t> read(std::span<std::uint8_t> into) override;

    [[nodiscard]] std::uint64_t bytes_read() const override { return raw_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return raw_->size(); }

  private:
    struct Free {
        void operator()(archive* handle) const { archive_read_free(handle); }
    };

    /// What libarchive calls for more compressed bytes.
    static la_ssize_t supply(archive* handle, void* self, const void** bytes);

    [[nodiscard]] Error problem() const;

    std::unique_ptr<ByteSource> raw_;
    std::string name_;
    Head head_;
    std::array<std::uint8_t, std::size_t{64} << 10> compressed_{};
    std::optional<Error> raw_error_;
    std::span<const std::uint8_t>
        block_; ///< decompressed, not yet delivered; libarchive's until the next read
    std::uint64_t delivered_ = 0;
    bool ended_ = false;
    std::unique_ptr<archive, Free> archive_; ///< last: freeing it may call back
};

la_ssize_t ArchiveSource::supply(archive* handle, void* self, const void** bytes)
{
    auto& source = *static_cast<ArchiveSource*>(self);
    *bytes = source.compressed_.data();
    if (const std::size_t replayed = source.head_.replay(source.compressed_); replayed > 0) {
        return static_cast<la_ssize_t>(replayed);
    }
    const Expected<std::size_t> got = source.raw_->read(source.compressed_);
    if (!got) {
        source.raw_error_ = got.error();
        archive_set_error(handle, EIO, "the compressed data cannot be read");
        return -1;
    }
    return static_cast<la_ssize_t>(*got);
}

std::optional<Error> ArchiveSource::start(Compression compression)
{
    archive_.reset(archive_read_new());
    if (!archive_) {
        return Error{Error::Kind::unavailable, fmt::format("{}: no memory to decompress it", name_)};
    }
    archive* handle = archive_.get();
    int result = ARCHIVE_FATAL;
    switch (compression) {
    case Compression::gzip:
        result = archive_read_support_filter_gzip(handle);
        break;
    case Compression::zstd:
        result = archive_read_support_filter_zstd(handle);
        break;
    case Compression::xz:
        result = archive_read_support_filter_xz(handle);
        break;
    case Compression::bzip2:
        result = archive_read_support_filter_bzip2(handle);
        break;
    case Compression::lz4:
        result = archive_read_support_filter_lz4(handle);
        break;
    case Compression::none:
        break;
    }
    // A libarchive built without the library returns ARCHIVE_WARN and would run a program instead.
    if (result != ARCHIVE_OK) {
        return Error{Error::Kind::unavailable,
                     fmt::format("{}: this libarchive cannot decompress it; decompress it first", name_)};
    }
    archive_read_support_format_raw(handle);
    archive_read_support_format_empty(handle);
    if (archive_read_open(handle, this, nullptr, supply, nullptr) != ARCHIVE_OK) {
        return problem();
    }
    archive_entry* entry = nullptr;
    const int header = archive_read_next_header(handle, &entry);
    if (header == ARCHIVE_EOF) {
        ended_ = true;
    } else if (header < ARCHIVE_WARN) {
        return problem();
    }
    // The last filter counted is the file itself.
    if (archive_filter_count(handle) < 2) {
        return Error{Error::Kind::damaged,
                     fmt::format("{}: its compressed data is damaged at the start", name_)};
    }
    // libarchive would go on to undo the same compression 25 times over, with memory for each.
    if (const int layers = archive_filter_count(handle) - 1; layers > 1) {
        return Error{Error::Kind::damaged,
                     fmt::format("{}: is compressed {} times over; decompress it first", name_, layers)};
    }
    return {};
}

Expected<std::size_t> ArchiveSource::read(std::span<std::uint8_t> into)
{
    while (block_.empty() && !ended_) {
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int result = archive_read_data_block(archive_.get(), &data, &size, &offset);
        if (result == ARCHIVE_EOF) {
            ended_ = true;
        } else if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
            return tl::unexpected(problem());
        } else {
            block_ = {static_cast<const std::uint8_t*>(data), size};
        }
    }
    const std::size_t count = std::min(into.size(), block_.size());
    if (count > 0) {
        std::memcpy(into.data(), block_.data(), count);
        block_ = block_.subspan(count);
        delivered_ += count;
    }
    return count;
}

Error ArchiveSource::problem() const
{
    if (raw_error_) {
        return *raw_error_;
    }
    const char* why = archive_error_string(archive_.get());
    return Error{Error::Kind::damaged,
                 fmt::format("{}: its compressed data is cut or damaged, after {} bytes of content ({})",
                             name_, delivered_, why == nullptr ? "no reason given" : why)};
}

} // namespace

Expected<std::unique_ptr<ByteSource>> open_decompressed(std::unique_ptr<ByteSource> raw, std::string name)
{
    Head head;
    while (head.size < head.bytes.size()) {
        const Expected<std::size_t> got = raw->read(std::span(head.bytes).subspan(head.size));
        if (!got) {
            return tl::unexpected(got.error());
        }
        if (*got == 0) {
            break;
        }
        head.size += *got;
    }
    const Compression compression = recognise_compression({head.bytes.data(), head.size});
    if (compression == Compression::none) {
        return std::make_unique<ReplaySource>(std::move(raw), head);
    }
    auto source = std::make_unique<ArchiveSource>(std::move(raw), std::move(name), head);
    if (const std::optional<Error> error = source->start(compression)) {
        return tl::unexpected(*error);
    }
    return source;
}

} // namespace wmclients::capture
