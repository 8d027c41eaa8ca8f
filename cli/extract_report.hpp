#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/extract/client_stream.hpp>
#include <wmclients/extract/packet_picker.hpp>
#include <wmclients/output/client_record.hpp>

#include <string>
#include <vector>

namespace cli {

/// A row that was to be extracted, and what became of it.
struct Extracted {
    wmclients::output::ClientRecord record;
    wmclients::extract::Gaps gaps;
    const wmclients::extract::StreamResult* stream = nullptr; ///< one of these two
    const wmclients::extract::PickResult* packets = nullptr;

    [[nodiscard]] bool has_file() const
    {
        return stream != nullptr ? !stream->files.empty() : !packets->name.empty();
    }

    /// Whether the files hold all that the client was sent; of packets: all of its connection.
    [[nodiscard]] bool exact() const
    {
        return has_file()
               && (stream != nullptr ? stream->whole() && record.client.server_side_captured
                                           && record.client.state.counters.exact
                                     : packets->fragmented_segments + packets->other_links == 0);
    }
};

/// For people: a line a file, and one on what is missing, or why there is none.
std::vector<std::string> extract_lines(const Extracted& row);

/// The same in the document of `extract --format json`.
wmclients::Json extract_object(const Extracted& row);

} // namespace cli
