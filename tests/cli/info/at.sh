#!/bin/bash
# The row of `list` with the same options, whatever they are.
for options in '--at +2.5' '--at packet:1200' '--at +8 --port 8080' '--sink [fd78::1]:8080' '--attach-on accept' '--to +5'; do
    count=$(wmclients list --format jsonl --fields index $options "$CAPTURES/vlc-mixed" | wc -l)
    for ((index = 0; index < count; index++)); do
        list=$(wmclients list --format jsonl --fields address,port,data_packets,state $options "$CAPTURES/vlc-mixed" |
            sed -n "$((index + 1))p" | cut -d, -f2-)
        wmclients info --index $index --json $options "$CAPTURES/vlc-mixed" | python3 -c '
import json, sys
row = json.load(sys.stdin)["client"]
for key, value in json.loads("{" + sys.argv[1]).items():
    assert row[key] == value, (key, row[key], value)' "$list" || echo "$options, index $index"
    done
    echo "$options: $count"
done
