#pragma once

#include <wmclients/capture/packet_source.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::capture {

/// A source that passes on a selection of another one's packets, unchanged: numbers and times are those of
/// the whole. What it tells besides (quality, problems, progress) is that of the whole too, as far as it has
/// been read.
class SourceDecorator : public PacketSource {
  public:
    [[nodiscard]] std::vector<Error> problems() const override { return inner_->problems(); }

    [[nodiscard]] CaptureQuality quality() const override { return inner_->quality(); }

    [[nodiscard]] std::vector<std::string> file_names() const override { return inner_->file_names(); }

    [[nodiscard]] std::uint64_t bytes_read() const override { return inner_->bytes_read(); }

    [[nodiscard]] std::uint64_t size() const override { return inner_->size(); }

  protected:
    explicit SourceDecorator(std::unique_ptr<PacketSource> inner) : inner_(std::move(inner)) {}

    [[nodiscard]] PacketSource& inner() { return *inner_; }

  private:
    std::unique_ptr<PacketSource> inner_;
};

} // namespace wmclients::capture
