#pragma once

#include "analysis.hpp"
#include "part_file.hpp"

#include <wmclients/extract/output_files.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A row to extract.
struct Chosen {
    const wmclients::timeline::Sink* sink = nullptr;
    std::size_t sink_number = 0; ///< among those that are asked for
    std::size_t index = 0;

    [[nodiscard]] const wmclients::timeline::Client& client() const { return *sink->clients[index]; }
};

/// The names of `--all`: SINKPORT-INDEX-ADDRESS-PORT with the extension, in the folder; the sink's address is
/// in front where several of `sinks` have the port. Makes the folder; throws Exit with 4 if it cannot.
std::vector<std::string> names_in(const std::string& folder, std::string_view extension,
                                  const Findings& findings,
                                  const std::vector<wmclients::timeline::Sink>& sinks,
                                  const std::vector<Chosen>& chosen);

/// The files of the rows, by their names: "-" is standard output. Another header makes NAME-2.asf and so on.
class ExtractedFiles final : public wmclients::extract::OutputFiles {
  public:
    explicit ExtractedFiles(std::vector<std::string> names) : names_(std::move(names)) {}

    wmclients::Expected<std::unique_ptr<wmclients::OutputFile>> create(std::size_t row,
                                                                       std::size_t number) override;

  private:
    std::vector<std::string> names_;
    PartFiles files_;
};

} // namespace cli
