# shellcheck shell=bash
# Sourced by what makes a root of Debian 12 with debootstrap.

# find_mirror: sets `mirror` to this machine's, from its apt configuration. If no root can be made here, it fails, and
# `reason` says why.
# shellcheck disable=SC2034  # both are for the caller
find_mirror() {
    reason=""
    [ "$(id -u)" = 0 ] || reason="needs root"
    command -v debootstrap >/dev/null || reason="debootstrap is not installed"
    unshare --mount --pid --fork true 2>/dev/null || reason="this machine does not allow namespaces (unshare)"
    # shellcheck disable=SC2016  # apt's variables
    read -r mirror < <(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' \
        | sed -n 's/ bookworm main$//p') || reason="apt has no source for Debian 12 (bookworm)"
    [ -z "$reason" ]
}
