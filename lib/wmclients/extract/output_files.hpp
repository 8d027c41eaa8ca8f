#pragma once

#include <wmclients/base/output_file.hpp>

#include <cstddef>
#include <memory>

namespace wmclients::extract {

/// Makes the files of the rows to extract.
class OutputFiles {
  public:
    virtual ~OutputFiles() = default;

    /// File `number` of row `row`, both from 0. Null if that row can have no further one: it goes to standard
    /// output.
    virtual Expected<std::unique_ptr<OutputFile>> create(std::size_t row, std::size_t number) = 0;
};

} // namespace wmclients::extract
