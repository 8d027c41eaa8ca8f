#!/bin/bash
# Of a client that was attached before the capture began the counters are lower bounds at every instant, also at the first.
for at in packet:1 packet:3 +1; do
    wmclients list --at $at --format jsonl --fields attached_at,exact "$CAPTURES/vlc-midstream" | head -2 | cut -d, -f2-
done
