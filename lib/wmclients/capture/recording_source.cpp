#include <wmclients/capture/dlt.hpp>
#include <wmclients/capture/recording_source.hpp>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <utility>

namespace wmclients::capture {
namespace {

struct ClosePcap {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

struct CloseDump {
    void operator()(pcap_dumper_t* dump) const { pcap_dump_close(dump); }
};

/// Of a file and of a record (pcap-savefile(5)).
constexpr std::uint64_t file_header_size = 24;
constexpr std::uint64_t record_header_size = 16;

class RecordingSource final : public LiveSource {
  public:
    RecordingSource(std::unique_ptr<LiveSource> inner, RecordingOptions options)
        : inner_(std::move(inner)), options_(std::move(options)),
          format_(pcap_open_dead_with_tstamp_precision(dlt_of(inner_->link()),
                                                       static_cast<int>(inner_->snapshot_length()),
                                                       PCAP_TSTAMP_PRECISION_NANO))
    {
    }

    /// Creates a file; false with the problem if that cannot be done.
    bool open(const std::string& name)
    {
        dump_.reset();

        struct stat known {};

        const bool special = stat(name.c_str(), &known) == 0 && !S_ISREG(known.st_mode);
        const int flags = O_WRONLY | O_CLOEXEC | (special ? 0 : O_CREAT | O_EXCL);
        constexpr mode_t mode = 0644;
        const int descriptor = ::open(name.c_str(), flags, mode);
        if (descriptor < 0) {
            return fail(name, errno == EEXIST
                                  ? "exists already, and no capture is written over another; name a new file"
                                  : fmt::format("cannot be created: {}", std::strerror(errno)));
        }
        std::FILE* const file = fdopen(descriptor, "wb");
        dump_.reset(pcap_dump_fopen(format_.get(), file));
        if (!dump_) {
            static_cast<void>(std::fclose(file));
            return fail(name, pcap_geterr(format_.get()));
        }
        name_ = name;
        return flush();
    }

    /// Begins the next file of the series, and removes those that are too many.
    bool open_next(Timestamp time)
    {
        if (dump_ && !flush()) {
            return false;
        }
        const std::filesystem::path file{options_.file};
        const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
        const std::string name = fmt::format(
            "{}_{:05}_{:%Y%m%dT%H%M%SZ}{}", (file.parent_path() / file.stem()).string(), ++number_,
            fmt::gmtime(std::chrono::system_clock::to_time_t(
                std::chrono::time_point_cast<std::chrono::system_clock::duration>(seconds))),
            file.extension().string());
        if (!open(name)) {
            return false;
        }
        begun_ = time;
        written_ = file_header_size;
        if (options_.keep_files != 0) {
            series_.push_back(name);
        }
        if (series_.size() > options_.keep_files) {
            static_cast<void>(unlink(series_.front().c_str())); // somebody may have taken it away
            series_.pop_front();
        }
        return true;
    }

    Step wait(Packet& out) override
    {
        if (problem_) {
            return Step::end;
        }
        const Step step = inner_->wait(out);
        const bool written = step == Step::packet ? write(out) : flush();
        // What could not be kept is shown all the same: the packet is passed on, and no further one.
        return written || step == Step::packet ? step : Step::end;
    }

    [[nodiscard]] Timestamp now() const override { return inner_->now(); }

    [[nodiscard]] LinkType link() const override { return inner_->link(); }

    [[nodiscard]] std::uint32_t snapshot_length() const override { return inner_->snapshot_length(); }

    [[nodiscard]] std::vector<Error> problems() const override
    {
        std::vector<Error> all = inner_->problems();
        if (problem_) {
            all.push_back(*problem_);
        }
        return all;
    }

    [[nodiscard]] CaptureQuality quality() const override { return inner_->quality(); }

    [[nodiscard]] std::vector<std::string> file_names() const override { return inner_->file_names(); }

    [[nodiscard]] std::uint64_t bytes_read() const override { return inner_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return inner_->size(); }

    [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

  private:
    bool write(const Packet& packet)
    {
        if (options_.rotates() && file_ends_before(packet) && !open_next(packet.ref.time)) {
            return false;
        }
        pcap_pkthdr header{};
        const auto since_1970 = packet.ref.time.time_since_epoch();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
        header.ts.tv_sec = seconds.count();
        header.ts.tv_usec = (since_1970 - seconds).count(); // nanoseconds, as `format_` has them
        header.caplen = static_cast<bpf_u_int32>(packet.data.size());
        header.len = packet.original_length;
        pcap_dump(reinterpret_cast<u_char*>(dump_.get()), &header, packet.data.data());
        written_ += record_header_size + header.caplen;
        return std::ferror(pcap_dump_file(dump_.get())) == 0 || fail_writing();
    }

    [[nodiscard]] bool file_ends_before(const Packet& packet) const
    {
        return (options_.rotate_size != 0
                && written_ + record_header_size + packet.data.size() > options_.rotate_size
                && written_ > file_header_size)
               || (options_.rotate_time != Duration{} && packet.ref.time - begun_ >= options_.rotate_time);
    }

    bool flush()
    {
        errno = 0;
        return !dump_ || pcap_dump_flush(dump_.get()) == 0 || fail_writing();
    }

    bool fail_writing()
    {
        return fail(name_, fmt::format("cannot be written: {}; the capture has ended",
                                       errno == 0 ? "an earlier error" : std::strerror(errno)));
    }

    bool fail(const std::string& name, const std::string& why)
    {
        problem_ = Error{Error::Kind::unavailable, fmt::format("{}: {}", name, why)};
        dump_.reset();
        return false;
    }

    std::unique_ptr<LiveSource> inner_;
    RecordingOptions options_;
    std::unique_ptr<pcap_t, ClosePcap> format_; ///< the files' link type and precision
    std::unique_ptr<pcap_dumper_t, CloseDump> dump_;
    std::string name_; ///< of the open file
    std::uint64_t number_ = 0;
    std::uint64_t written_ = 0;      ///< bytes of the open file
    Timestamp begun_{};              ///< the open file's first packet
    std::deque<std::string> series_; ///< the names of those kept
    std::optional<Error> problem_;
};

} // namespace

Expected<std::unique_ptr<LiveSource>> record(std::unique_ptr<LiveSource> inner, RecordingOptions options)
{
    const bool rotates = options.rotates();
    const std::string file = options.file;
    auto source = std::make_unique<RecordingSource>(std::move(inner), std::move(options));
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    if (!(rotates ? source->open_next(now) : source->open(file))) {
        return tl::unexpected(*source->problem());
    }
    return source;
}

} // namespace wmclients::capture
