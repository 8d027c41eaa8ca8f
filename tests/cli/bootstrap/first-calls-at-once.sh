#!/bin/sh
# One of them builds, the others wait for it; all run.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
for number in 1 2 3; do
    tree/wmclients "$number" </dev/null >"out$number" 2>/dev/null &
done
wait
cat out1 out2 out3
echo "$(grep -c -- --build calls) builds"
