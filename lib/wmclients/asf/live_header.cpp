#include <wmclients/asf/header_figures.hpp>
#include <wmclients/asf/live_header.hpp>

namespace wmclients::asf {

Expected<std::vector<std::uint8_t>> live_header(Bytes header)
{
    const Expected<HeaderPlaces> places = find_header_places(header);
    if (!places) {
        return tl::unexpected(places.error());
    }
    const Bytes wanted = header.first(places->size());
    std::vector<std::uint8_t> live(wanted.begin(), wanted.end());
    HeaderFigures figures;
    figures.file_size = live.size();
    figures.packets = 0xFFFF'FFFF;
    figures.broadcast = true;
    figures.data_size = data_prefix;
    store_figures(std::span{live}.subspan(places->file_properties_at),
                  std::span{live}.subspan(places->data_at), figures);
    return live;
}

} // namespace wmclients::asf
