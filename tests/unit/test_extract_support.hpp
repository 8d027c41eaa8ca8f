#pragma once

#include <wmclients/extract/output_files.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::testing {

/// Files in memory, by row and number.
class MemoryFiles final : public extract::OutputFiles {
  public:
    struct File {
        std::vector<std::uint8_t> bytes;
        bool finished = false;
    };

    Expected<std::unique_ptr<OutputFile>> create(std::size_t row, std::size_t number) override
    {
        if (number >= most) {
            return nullptr;
        }
        File& file = files[{row, number}];
        file = {};
        return std::make_unique<Output>(*this, file, std::to_string(row) + "-" + std::to_string(number));
    }

    std::map<std::pair<std::size_t, std::size_t>, File> files;
    std::size_t most = SIZE_MAX; ///< files of a row
    std::size_t room = SIZE_MAX; ///< bytes of a file; then writing fails
    bool seekable = true;

  private:
    class Output final : public OutputFile {
      public:
        Output(MemoryFiles& files, File& file, std::string name)
            : files_(files), file_(file), name_(std::move(name))
        {
        }

        Expected<void> write(Bytes bytes) override
        {
            if (bytes.size() > files_.room - file_.bytes.size()) {
                return failure(Error::Kind::unavailable, name_ + ": full");
            }
            file_.bytes.insert(file_.bytes.end(), bytes.begin(), bytes.end());
            return {};
        }

        [[nodiscard]] bool can_overwrite() const override { return files_.seekable; }

        Expected<void> overwrite(std::uint64_t at, Bytes bytes) override
        {
            std::copy(bytes.begin(), bytes.end(), file_.bytes.begin() + static_cast<std::ptrdiff_t>(at));
            return {};
        }

        Expected<void> finish() override
        {
            file_.finished = true;
            return {};
        }

        [[nodiscard]] const std::string& name() const override { return name_; }

      private:
        MemoryFiles& files_;
        File& file_;
        std::string name_;
    };
};

} // namespace wmclients::testing
