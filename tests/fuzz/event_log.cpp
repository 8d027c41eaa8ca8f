#include <wmclients/diff/compare.hpp>

#include <fuzz/targets.hpp>
#include <fuzz/told.hpp>

// An event log (JSON Lines), as `--events` reads it.
//
// Input: a byte of policies, then the log. Claimed: what is written of it again gives the same rows, and an
// account differs from itself in nothing.

namespace wmclients::fuzz {

void event_log(Bytes input)
{
    ByteCursor cursor{input};
    const std::uint8_t flags = cursor.u8();
    const timeline::Policies policies{static_cast<timeline::AttachOn>(flags % 3),
                                      static_cast<timeline::DetachOn>((flags >> 2U) % 2)};
    const Told first{policies, as_text(cursor.rest())};
    const Told again{policies, first.log()};
    require(first.rows() == again.rows(), "what is written of a log gives the same rows");
    first.render();
    const diff::Account account = first.account();
    const diff::Result same = diff::compare(account, account, {});
    for (const diff::Difference& difference : same.differences) {
        require(difference.what == diff::What::snapshot, "an account differs from itself in nothing");
    }
}

} // namespace wmclients::fuzz
