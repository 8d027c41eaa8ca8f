#include <wmclients/capture/capture_format.hpp>
#include <wmclients/capture/open_capture.hpp>
#include <wmclients/capture/pcap_reader.hpp>
#include <wmclients/capture/pcapng_reader.hpp>

#include <fmt/format.h>

#include <utility>

namespace wmclients::capture {

Expected<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteSource> bytes, std::string name,
                                                     std::size_t window)
{
    BufferedInput input(std::move(bytes), window);
    // Less is there only if the file is cut or fails; both are told by whoever reads on.
    input.ensure(recognition_size);
    switch (recognise_capture(input.view())) {
    case CaptureFormat::pcap:
        return PcapReader::open(std::move(input), std::move(name));
    case CaptureFormat::pcapng:
        return PcapngReader::open(std::move(input), std::move(name));
    case CaptureFormat::none:
        break;
    }
    if (input.error()) {
        return tl::unexpected(*input.error());
    }
    return failure(Error::Kind::damaged, fmt::format("{}: no pcap or pcapng capture, but {}", name,
                                                     describe_content(input.view())));
}

} // namespace wmclients::capture
