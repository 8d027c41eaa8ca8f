#!/bin/bash
# One damaged file of a series: the others are read, the damaged one to its damage.
for i in 0 1 2 3 4; do
    zstd -dcq "$CAPTURES/rotated/rotated-0$i.pcap.zst" > $i.pcap
done
truncate -s -110 2.pcap
wmclients list --fields index,address,port,detached_at [0-4].pcap
