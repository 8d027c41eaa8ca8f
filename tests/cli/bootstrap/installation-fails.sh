#!/bin/sh
# Without the packages there is no build.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
echo cmake >installed
echo apt-get >broken
code=0
tree/wmclients list || code=$?
echo "exit code $code"
grep -c cmake\ - calls || :
