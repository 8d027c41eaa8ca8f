#include <wmclients/dissect/flow.hpp>

namespace wmclients::dissect {

void Flow::become_known(Visitor& visitor, const PacketRef& now)
{
    roles = Roles::known;
    visitor.connection_open(*this);
    if (reading == BodyReading::frames) {
        visitor.body_start(*this, current_response, BodyStart::unknown,
                           unconfirmed ? unconfirmed->first : now);
        if (unconfirmed) {
            visitor.frame_begin(*this, *unconfirmed);
            if (unconfirmed_end) {
                visitor.frame_end(*this, *unconfirmed, *unconfirmed_end);
            }
        }
    }
    unconfirmed.reset();
}

} // namespace wmclients::dissect
