#!/bin/bash
# There are no packets in a log: an option that selects packets must not be passed over in silence.
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
for option in '--filter ip6' '--from +5' '--to +5'; do
    wmclients list $option --events log > output 2> message
    code=$?
    [ $code = 2 ] && [ ! -s output ] || echo "$option: exit code $code"
done
