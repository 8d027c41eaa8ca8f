#pragma once

#include <wmclients/capture/buffered_input.hpp>
#include <wmclients/capture/byte_source.hpp>
#include <wmclients/capture/packet_source.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace wmclients::capture {

/// A reader for the capture in `bytes`, pcap or pcapng by its content. `name` stands in messages and in
/// file_names(); `window` is how many bytes are buffered at first. Waits for the file header.
///
/// Fails if the header is cut or if it is something else; the error then says what was found.
Expected<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteSource> bytes, std::string name,
                                                     std::size_t window = large_window);

} // namespace wmclients::capture
