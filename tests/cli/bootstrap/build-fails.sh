#!/bin/sh
# A build that fails shows the end of the log and where it is; an older program is not run in its place.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
tree/wmclients list </dev/null >/dev/null 2>&1 || :
echo 22 >tree/lib/a.cpp
echo cmake >broken
tree/wmclients list
