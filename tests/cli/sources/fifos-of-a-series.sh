#!/bin/bash
# Pipes cannot be reopened, yet several of them make one capture.
wmclients list --format json "$CAPTURES/rotated" > whole
for i in 0 1 2 3 4; do
    mkfifo pipe-$i
    zstd -dcq "$CAPTURES/rotated/rotated-0$i.pcap.zst" > pipe-$i &
done
wmclients list --format json pipe-3 pipe-0 pipe-4 pipe-1 pipe-2 | diff whole -
wait
