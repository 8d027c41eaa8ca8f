#!/bin/bash
# An empty window is a slip, not an empty capture; exponents are no seconds.
wmclients list --from +9 --to +2 "$CAPTURES/vlc-mixed"
echo $?
wmclients list --at +1e1 "$CAPTURES/vlc-mixed" 2> /dev/null
echo $?
