#!/bin/bash
# A rotated series in any order is the same as the folder, and as the one file that it was.
part() { echo "$CAPTURES/rotated/rotated-0$1.pcap.zst"; }
for command in 'list --format json' list events connections 'info --index 2' 'events --format jsonl'; do
    wmclients $command "$CAPTURES/rotated" > folder
    wmclients $command "$(part 0)" "$(part 1)" "$(part 2)" "$(part 3)" "$(part 4)" | diff folder -
    wmclients $command "$(part 4)" "$(part 2)" "$(part 0)" "$(part 3)" "$(part 1)" | diff folder -
    wmclients $command "$(part 3)" "$(part 4)" "$(part 1)" "$(part 0)" "$(part 2)" | diff folder -
done
# One file: the parts without their file headers (24 bytes), after the first.
{
    zstd -dcq "$(part 0)"
    for i in 1 2 3 4; do
        zstd -dcq "$(part $i)" | tail -c +25
    done
} > one.pcap
wmclients list --format json "$CAPTURES/rotated" > folder
wmclients list --format json one.pcap | diff folder -
