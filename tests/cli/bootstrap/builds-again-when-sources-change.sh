#!/bin/sh
# A changed file (even if its new time is an old one), a new one and one that is gone each mean a build; no change, none.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
builds() {
    tree/wmclients >/dev/null 2>&1 || :
    echo "$1: $(grep -c -- --build calls) builds"
}
builds "first"
echo 22 >tree/lib/a.cpp
touch -d 2001-01-01 tree/lib/a.cpp
builds "changed, with an old time"
builds "the same"
: >tree/cli/b.cpp
builds "new file"
rm tree/cli/b.cpp
builds "file gone"
rm tree/build/release/cli/wmclients
builds "program gone"
mv tree moved
moved/wmclients >/dev/null 2>&1 || :
echo "moved: $(grep -c -- --build calls) builds"
echo 333 >moved/lib/a.cpp
moved/wmclients >/dev/null 2>&1 || :
echo "moved and changed: $(grep -c -- --build calls) builds, $(grep -c -- --fresh calls) times configured"
