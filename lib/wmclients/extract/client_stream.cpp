#include <wmclients/extract/client_stream.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wmclients::extract {

Expected<void> ClientStream::header(Bytes bytes)
{
    const std::uint64_t hash = keyed_hash(context_.key, as_text(bytes));
    forget_location();
    if (header_hash_ == hash) {
        return {}; // every reply repeats it
    }
    return finish().and_then([&] {
        header_hash_ = hash;
        return begin_file(bytes);
    });
}

Expected<void> ClientStream::begin_file(Bytes header)
{
    if (!result_.files_made.take(context_.caps, Cap::extracted_files, 1)) {
        if (result_.problem.empty()) {
            result_.problem = fmt::format("there are {} files already (the limit extracted_files)",
                                          context_.caps.limit(Cap::extracted_files));
        }
        return {};
    }
    Expected<std::unique_ptr<OutputFile>> made = context_.files.create(row_, files_begun_);
    if (!made) {
        return tl::unexpected(made.error());
    }
    if (*made == nullptr) {
        return {}; // told by homeless_packets
    }
    Expected<AsfFile> begun = AsfFile::begin(header, std::move(*made));
    if (begun) {
        ++files_begun_;
        file_.emplace(std::move(*begun));
        return {};
    }
    if (begun.error().kind != Error::Kind::damaged) {
        return tl::unexpected(begun.error());
    }
    if (result_.problem.empty()) {
        result_.problem = begun.error().message;
    }
    return {};
}

Expected<void> ClientStream::data(const wmsp::Frame& frame, std::vector<std::uint8_t>& payload)
{
    if (!frame.complete) {
        ++result_.cut_packets;
        return {};
    }
    ++result_.data_packets;
    if (!header_hash_ && !searched_) {
        searched_ = true;
        if (const ArchivedHeader* const found = find_header(headers_, frame.first.number)) {
            result_.borrowed = {found->client, found->at};
            if (Expected<void> begun = header(found->bytes); !begun) {
                return begun;
            }
        }
    }
    std::uint32_t missing = 0;
    if (location_) {
        const std::uint32_t step = frame.location_id - *location_;
        missing = step > 1 && step < 0x8000'0000U ? step - 1 : 0;
        result_.lost_packets += frame.after_sync_loss ? 0 : missing;
    }
    location_ = frame.location_id;
    const bool skipped = !frame.damaged && (payload.empty() || payload.size() != frame.payload_length());
    const bool large = file_ && payload.size() > file_->packet_size();
    if (frame.damaged) {
        ++result_.damaged_packets;
    } else if (skipped) {
        ++result_.skipped_packets;
    } else if (!file_) {
        ++result_.homeless_packets;
    } else if (large) {
        ++result_.large_packets;
    }
    if (!file_) {
        return {};
    }
    const bool left_out = frame.damaged || skipped || large;
    return pad(missing).and_then([&] { return left_out ? pad(1) : file_->write(payload, context_.parsed); });
}

Expected<void> ClientStream::pad(std::uint32_t count)
{
    if (context_.gaps != Gaps::pad || count == 0) {
        return {};
    }
    const std::uint64_t written =
        std::min<std::uint64_t>(count, context_.caps.limit(Cap::padding_packets) - padding_packets_);
    if (written < count) {
        context_.caps.reached(Cap::padding_packets);
        result_.unpadded_packets += count - written;
    }
    padding_packets_ += written;
    for (std::uint64_t i = 0; i < written; ++i) {
        if (Expected<void> done = file_->write_padding(); !done) {
            return done;
        }
    }
    return {};
}

Expected<void> ClientStream::finish()
{
    if (!file_) {
        return {};
    }
    Expected<void> done = file_->finish();
    if (done) {
        result_.files.push_back(file_->summary());
    }
    file_.reset();
    return done;
}

} // namespace wmclients::extract
