#include <wmclients/wmsp/frame_parser.hpp>

#include <algorithm>

namespace wmclients::wmsp {
namespace {

/// The first byte of a packet: bit 7 is B, the rest is `$` (MS-WMSP 2.2.3.1.1).
constexpr bool begins_packet(std::uint8_t byte)
{
    return (byte & 0x7F) == 0x24;
}

constexpr bool known_id(std::uint8_t byte)
{
    return byte == 'C' || byte == 'D' || byte == 'E' || byte == 'F' || byte == 'H' || byte == 'M'
           || byte == 'P' || byte == 'S' || byte == 'T';
}

constexpr bool has_mms_header(std::uint8_t id)
{
    return id == 'D' || id == 'H' || id == 'M';
}

constexpr bool has_reason(std::uint8_t id)
{
    return id == 'C' || id == 'E' || id == 'P' || id == 'S';
}

constexpr std::size_t header_size(std::uint8_t id, std::uint16_t length)
{
    if (has_mms_header(id)) {
        return length >= 8 ? 12 : 4;
    }
    return has_reason(id) && length >= 4 ? 8 : 4;
}

constexpr std::uint16_t longest_pair_reason = 504;

} // namespace

bool plausible_packet(Bytes twelve)
{
    if (twelve.size() < 12 || !begins_packet(twelve[0])) {
        return false;
    }
    const std::uint16_t length = load_le16(&twelve[2]);
    if (has_mms_header(twelve[1])) {
        const bool flags_fit = twelve[1] == 'D' || (twelve[9] & 0xF3) == 0;
        return length > 8 && load_le16(&twelve[10]) == length && flags_fit;
    }
    // $E and $C carry one of few reasons; after either comes another packet or nothing (2.2.3.2, 2.2.3.4).
    const std::uint32_t reason = load_le32(&twelve[4]);
    return (twelve[1] == 'E' || twelve[1] == 'C') && length == 4
           && (reason <= 1 || reason == 0x000D2F09 || reason == 0x400D14BE) && begins_packet(twelve[8])
           && known_id(twelve[9]);
}

void FrameParser::data_slow(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer)
{
    while (!bytes.empty()) {
        std::size_t taken = 0;
        switch (state_) {
        case State::header:
            taken = read_header(bytes, ref, consumer);
            break;
        case State::payload:
            taken = std::min<std::size_t>(bytes.size(), remaining_);
            if (wanted_ && taken != 0) {
                consumer.on_payload(frame_, bytes.first(taken));
            }
            remaining_ -= static_cast<std::uint32_t>(taken);
            if (remaining_ == 0) {
                end_frame(ref, consumer);
            }
            break;
        case State::lost:
            taken = resynchronise(bytes, ref, consumer);
            break;
        }
        bytes = bytes.subspan(taken);
    }
}

std::size_t FrameParser::read_header(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer)
{
    if (have_ == 0) {
        header_first_ = ref;
    }
    std::size_t taken = 0;
    const auto fill_to = [&](std::size_t wanted) {
        while (have_ < wanted && taken < bytes.size()) {
            header_[have_++] = bytes[taken++];
        }
        return have_ >= wanted;
    };
    if (!fill_to(2)) {
        if (have_ == 1 && !begins_packet(header_[0])) {
            consumer.on_no_packet(Bytes{header_}.first(have_), false, header_first_);
            state_ = State::lost;
            sync_lost_before_ = true;
        }
        return taken;
    }
    if (!begins_packet(header_[0]) || !known_id(header_[1])) {
        // What was taken is looked through again: a packet may begin at its second byte.
        consumer.on_no_packet(Bytes{header_}.first(have_), false, header_first_);
        state_ = State::lost;
        sync_lost_before_ = true;
        return taken;
    }
    if (!fill_to(4)) {
        return taken;
    }
    const std::uint8_t id = header_[1];
    const std::uint16_t length = load_le16(&header_[2]);
    if (!fill_to(header_size(id, length))) {
        return taken;
    }
    frame_ = Frame{};
    frame_.first = header_first_;
    frame_.id = static_cast<char>(id);
    frame_.follows_at_once = (header_[0] & 0x80) != 0;
    frame_.length = length;
    frame_.after_sync_loss = sync_lost_before_;
    sync_lost_before_ = false;
    if (has_mms_header(id) && length >= 8) {
        frame_.has_mms_header = true;
        frame_.location_id = load_le32(&header_[4]);
        frame_.incarnation = header_[8];
        frame_.af_flags = header_[9];
        frame_.packet_size = load_le16(&header_[10]);
    } else if (header_size(id, length) == 8) {
        frame_.reason = load_le32(&header_[4]);
    }
    begin_payload(consumer, ref);
    return taken;
}

void FrameParser::begin_payload(FrameConsumer& consumer, const PacketRef& ref)
{
    const auto header = static_cast<std::uint32_t>(header_size(header_[1], frame_.length));
    remaining_ = frame_.length + 4U - header;
    if (frame_.id == packet_id::packet_pair && header == 8) {
        // The three $P pad the reply's head to whole sizes: 504 - R, 504 and 1048 + R bytes (2.2.3.7).
        if (pairs_ == 0) {
            pair_reason_ =
                static_cast<std::uint16_t>(std::min<std::uint32_t>(frame_.reason, longest_pair_reason));
        }
        remaining_ = pairs_ == 0 ? 504U - pair_reason_ : pairs_ == 1 ? 504U : 1048U + pair_reason_;
        ++pairs_;
    }
    // After a resynchronisation more than this header may have been taken: it begins the next one.
    std::copy(header_.begin() + header, header_.begin() + std::max<std::uint32_t>(have_, header),
              header_.begin());
    have_ = static_cast<std::uint8_t>(have_ - header);
    header_first_ = ref;
    wanted_ = consumer.on_frame_begin(frame_);
    state_ = State::payload;
    if (remaining_ == 0) {
        end_frame(ref, consumer);
    }
}

void FrameParser::end_frame(const PacketRef& ref, FrameConsumer& consumer)
{
    frame_.complete = true;
    state_ = State::header;
    wanted_ = false;
    consumer.on_frame_end(frame_, ref);
}

std::size_t FrameParser::resynchronise(Bytes bytes, const PacketRef& ref, FrameConsumer& consumer)
{
    // A window of up to 12 bytes slides over the body; header_ holds those of it that came before `bytes`.
    std::uint64_t skipped = 0;
    const std::size_t total = have_ + bytes.size();
    const auto at = [&](std::size_t i) { return i < have_ ? header_[i] : bytes[i - have_]; };
    std::size_t begin = 0;
    for (; begin + 12 <= total; ++begin) {
        if (!begins_packet(at(begin))) {
            continue;
        }
        std::array<std::uint8_t, 12> window{};
        for (std::size_t i = 0; i < window.size(); ++i) {
            window[i] = at(begin + i);
        }
        if (plausible_packet(window)) {
            skipped += begin;
            if (skipped != 0) {
                consumer.on_unsynchronised(skipped, ref);
            }
            sync_lost_before_ = true;
            state_ = State::header;
            // The header is read from the start; what of it lies before `bytes` is put back first.
            const std::size_t before = begin < have_ ? have_ - begin : 0;
            std::copy_n(header_.begin() + (have_ - static_cast<std::ptrdiff_t>(before)), before,
                        header_.begin());
            const std::size_t taken = begin < have_ ? 0 : begin - have_;
            header_first_ = ref;
            have_ = static_cast<std::uint8_t>(before);
            return taken;
        }
    }
    // Nothing found: the last 11 bytes may be the beginning of a header.
    const std::size_t keep = std::min<std::size_t>(total, 11);
    std::array<std::uint8_t, 12> tail{};
    for (std::size_t i = 0; i < keep; ++i) {
        tail[i] = at(total - keep + i);
    }
    skipped = total - keep;
    header_ = tail;
    have_ = static_cast<std::uint8_t>(keep);
    if (skipped != 0) {
        consumer.on_unsynchronised(skipped, ref);
    }
    return bytes.size();
}

void FrameParser::gap(std::uint64_t length, const PacketRef& ref, FrameConsumer& consumer)
{
    if (state_ == State::payload) {
        frame_.damaged = true;
        if (length < remaining_) {
            remaining_ -= static_cast<std::uint32_t>(length);
            return;
        }
        length -= remaining_;
        remaining_ = 0;
        end_frame(ref, consumer);
        if (length == 0) {
            return;
        }
    }
    have_ = 0;
    state_ = State::lost;
    sync_lost_before_ = true;
}

void FrameParser::finish(const PacketRef& ref, FrameConsumer& consumer)
{
    if (state_ == State::payload) {
        consumer.on_frame_end(frame_, ref);
    } else if (state_ == State::header && have_ != 0) {
        consumer.on_no_packet(Bytes{header_}.first(have_), true, header_first_);
    }
    state_ = State::lost;
    have_ = 0;
}

} // namespace wmclients::wmsp
