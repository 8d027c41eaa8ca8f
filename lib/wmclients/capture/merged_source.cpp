#include <wmclients/capture/buffered_input.hpp>
#include <wmclients/capture/merged_source.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace wmclients::capture {
namespace {

/// How far ahead of its first packet a file is opened.
constexpr Duration open_ahead = std::chrono::seconds{1};

/// With more files open than this, each gets a small window.
constexpr std::size_t few_files = 16;

struct File {
    MergeInput input;
    Timestamp first{};
    std::uint64_t size = 0;
    std::unique_ptr<PacketSource> source; ///< empty while closed
    Packet head;                          ///< its next packet, if open
};

void add(CaptureQuality& sum, const CaptureQuality& part)
{
    sum.packets += part.packets;
    sum.bytes += part.bytes;
    sum.cut_packets += part.cut_packets;
    sum.clock_steps_back += part.clock_steps_back;
    sum.dropped += part.dropped;
    sum.unknown_blocks += part.unknown_blocks;
}

class MergedSource final : public PacketSource {
  public:
    /// Opens every input as far as its first packet.
    explicit MergedSource(std::vector<MergeInput> inputs);

    bool next(Packet& out) override;
    [[nodiscard]] std::vector<Error> problems() const override;
    [[nodiscard]] CaptureQuality quality() const override;
    [[nodiscard]] std::vector<std::string> file_names() const override;
    [[nodiscard]] std::uint64_t bytes_read() const override;

    [[nodiscard]] std::uint64_t size() const override { return size_; }

    [[nodiscard]] bool any_opened() const { return any_opened_; }

  private:
    void peek(MergeInput input);
    void open_due_files();
    void open(std::size_t index);
    void close(File& file);
    void push(std::size_t file);

    /// True if `left` comes after `right`: std::push_heap and its kin keep the greatest in front.
    [[nodiscard]] bool later(std::size_t left, std::size_t right) const
    {
        // A file's index is its place in the order of first times and names.
        return std::tie(files_[left].head.ref.time, left) > std::tie(files_[right].head.ref.time, right);
    }

    std::vector<File> files_;
    std::size_t due_ = 0;            ///< the first file that has not been opened for good
    std::vector<std::size_t> heads_; ///< heap of the open files
    std::size_t current_ = 0;        ///< the file of the packet delivered last
    bool delivered_ = false;         ///< whether there is one that has not been moved past
    bool any_opened_ = false;
    std::uint64_t number_ = 0;
    Timestamp clock_ = Timestamp::min();
    std::uint64_t size_ = 0;
    bool size_known_ = true;
    std::uint64_t steps_between_files_ = 0;

    // Of the files that are closed for good.
    std::vector<Error> problems_;
    CaptureQuality quality_;
    std::uint64_t bytes_read_ = 0;
};

MergedSource::MergedSource(std::vector<MergeInput> inputs)
{
    for (MergeInput& input : inputs) {
        peek(std::move(input));
    }
    std::ranges::sort(files_, [](const File& left, const File& right) {
        return std::tie(left.first, left.input.name) < std::tie(right.first, right.input.name);
    });
    if (!size_known_) {
        size_ = 0;
    }
}

void MergedSource::peek(MergeInput input)
{
    File file;
    file.input = std::move(input);
    auto opened = file.input.open(file.input.reopens ? small_window : large_window);
    if (!opened) {
        problems_.push_back(opened.error());
        return;
    }
    any_opened_ = true;
    file.source = std::move(*opened);
    size_known_ = size_known_ && file.source->size() > 0;
    size_ += file.source->size();
    if (!file.source->next(file.head)) {
        close(file);
        return;
    }
    file.first = file.head.ref.time;
    if (file.input.reopens) {
        file.source.reset();
    }
    files_.push_back(std::move(file));
}

void MergedSource::open(std::size_t index)
{
    File& file = files_[index];
    if (file.source) {
        push(index);
        return;
    }
    auto opened = file.input.open(heads_.size() < few_files ? large_window : small_window);
    if (!opened) {
        problems_.push_back(opened.error());
        return;
    }
    file.source = std::move(*opened);
    if (file.source->next(file.head)) {
        push(index);
    } else {
        close(file);
    }
}

void MergedSource::close(File& file)
{
    const std::vector<Error> problems = file.source->problems();
    problems_.insert(problems_.end(), problems.begin(), problems.end());
    add(quality_, file.source->quality());
    bytes_read_ += file.source->bytes_read();
    file.source.reset();
}

void MergedSource::push(std::size_t file)
{
    heads_.push_back(file);
    std::ranges::push_heap(heads_,
                           [this](std::size_t left, std::size_t right) { return later(left, right); });
}

void MergedSource::open_due_files()
{
    while (due_ < files_.size()
           && (heads_.empty() || files_[due_].first - open_ahead <= files_[heads_.front()].head.ref.time)) {
        open(due_++);
    }
}

bool MergedSource::next(Packet& out)
{
    if (delivered_) {
        delivered_ = false;
        File& file = files_[current_];
        if (file.source->next(file.head)) {
            push(current_);
        } else {
            close(file);
        }
    }
    open_due_files();
    if (heads_.empty()) {
        return false;
    }
    std::ranges::pop_heap(heads_, [this](std::size_t left, std::size_t right) { return later(left, right); });
    current_ = heads_.back();
    heads_.pop_back();
    delivered_ = true;

    out = files_[current_].head;
    if (out.ref.time < clock_) {
        // Only if a file has changed since it was first looked at.
        out.ref.time = clock_;
        ++steps_between_files_;
    }
    clock_ = out.ref.time;
    out.ref.number = ++number_;
    out.ref.file = static_cast<std::uint32_t>(current_);
    return true;
}

std::vector<Error> MergedSource::problems() const
{
    std::vector<Error> all = problems_;
    for (const File& file : files_) {
        if (file.source) {
            const std::vector<Error> problems = file.source->problems();
            all.insert(all.end(), problems.begin(), problems.end());
        }
    }
    return all;
}

CaptureQuality MergedSource::quality() const
{
    CaptureQuality sum = quality_;
    for (const File& file : files_) {
        if (file.source) {
            add(sum, file.source->quality());
        }
    }
    sum.clock_steps_back += steps_between_files_;
    return sum;
}

std::vector<std::string> MergedSource::file_names() const
{
    std::vector<std::string> names;
    for (const File& file : files_) {
        names.push_back(file.input.name);
    }
    return names;
}

std::uint64_t MergedSource::bytes_read() const
{
    std::uint64_t sum = bytes_read_;
    for (const File& file : files_) {
        sum += file.source ? file.source->bytes_read() : 0;
    }
    return sum;
}

} // namespace

Expected<std::unique_ptr<PacketSource>> merge_sources(std::vector<MergeInput> inputs)
{
    if (inputs.empty()) {
        return failure(Error::Kind::usage,
                       "no capture is given; name a file, a folder, or - for standard input");
    }
    if (inputs.size() == 1) {
        return inputs.front().open(large_window);
    }
    const std::size_t count = inputs.size();
    auto merged = std::make_unique<MergedSource>(std::move(inputs));
    if (!merged->any_opened()) {
        const std::vector<Error> problems = merged->problems();
        return failure(problems.front().kind, fmt::format("{} (and none of the {} other inputs can be read)",
                                                          problems.front().message, count - 1));
    }
    return merged;
}

} // namespace wmclients::capture
