#!/bin/bash
# The durations after packet 900 are those at its time.
wmclients list --at packet:900 "$CAPTURES/vlc-mixed" | sed -n '3,6p' > by-packet
wmclients list --at 2026-11-22T06:19:37.855073Z "$CAPTURES/vlc-mixed" | sed -n '3,6p' > by-time
diff by-packet by-time
