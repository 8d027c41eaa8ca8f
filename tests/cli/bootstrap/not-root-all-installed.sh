#!/bin/sh
# Without root, but with all packages, it builds.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
echo 1000 >uid
tree/wmclients list </dev/null || echo "exit code $?"
