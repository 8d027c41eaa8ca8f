#pragma once

#include "analysis.hpp"
#include "output.hpp"

#include <wmclients/output/json.hpp>
#include <wmclients/output/table.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cli {

/// The lines above a sink's table: URL, software, stream.
void print_sink_heading(const Findings& findings, const wmclients::timeline::Sink& sink, Output& out);

/// The line below it: how many clients, how many at the most at once.
void print_sink_summary(const Findings& findings, const wmclients::timeline::Sink& sink,
                        const TimeFormat& times, Output& out);

/// A table whose rows are at hand.
void print_rows(wmclients::output::Table& table, const std::vector<std::vector<std::string>>& rows,
                Output& out);

/// The same of `count` rows, of which `cells` makes one at a time, each twice: they take no memory. `trouble`
/// names the column of a row that tells of trouble, if any.
void print_rows(wmclients::output::Table& table, std::size_t count,
                const std::function<std::vector<std::string>(std::size_t)>& cells, Output& out,
                const std::function<std::optional<std::size_t>(std::size_t)>& trouble = {});

/// Whether a client did not go of its own accord, or not in good order: reset, cut, or replaced by its own
/// next connection.
bool is_trouble(wmclients::timeline::EndReason reason);

/// One line on what is wrong with the capture; empty if nothing that matters.
std::string quality_remark(const Findings& findings);

/// The head of every JSON document: schema version, policies, instant, completeness, capture.
wmclients::Json run_object(const Findings& findings, const SourceOptions& options);

} // namespace cli
