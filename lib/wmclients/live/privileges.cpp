#include <wmclients/live/privileges.hpp>

#include <cap-ng.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wmclients::live {
namespace {

tl::unexpected<Error> refused(const std::string& what, const std::string& why)
{
    return failure(Error::Kind::unavailable, fmt::format("privileges cannot be given up: {}: {}", what, why));
}

Expected<void> become(const std::string& user)
{
    errno = 0;
    // cppcheck-suppress getpwnamCalled ; there are no threads yet
    const passwd* const entry = getpwnam(user.c_str());
    if (entry == nullptr) {
        return failure(Error::Kind::usage, fmt::format("there is no user {}; name another with -Z", user));
    }
    capng_clear(CAPNG_SELECT_BOTH);
    const int result =
        capng_change_id(static_cast<int>(entry->pw_uid), static_cast<int>(entry->pw_gid),
                        static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING));
    if (result != 0) {
        return refused(fmt::format("becoming the user {}", user),
                       fmt::format("capng_change_id says {} ({})", result, std::strerror(errno)));
    }
    return {};
}

} // namespace

Expected<void> drop_privileges(const std::string& user)
{
    const bool root = geteuid() == 0;
    if (!root && !user.empty()) {
        return failure(Error::Kind::usage, fmt::format("-Z {}: only root can become another user", user));
    }
    if (root && user != "root") {
        if (auto became = become(user.empty() ? "nobody" : user); !became) {
            return became;
        }
    }
    // Only root can narrow the bounding set; without new privileges it means nothing to others.
    capng_clear(CAPNG_SELECT_ALL);
    if (capng_apply(root && user == "root" ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) != 0) {
        return refused("dropping capabilities", std::strerror(errno));
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return refused("no_new_privs", std::strerror(errno));
    }
    return allow_system_calls();
}

} // namespace wmclients::live
