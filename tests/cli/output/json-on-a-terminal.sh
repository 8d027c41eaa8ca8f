#!/bin/bash
# What is for machines has no colours anywhere.
command -v script > /dev/null || { echo "needs script (util-linux)" >&2; exit 77; }
for command in 'list --format json' 'list --format jsonl' 'list --format csv' 'events --format jsonl' 'events --format json' \
    'info --index 0 --json' 'connections --format json' 'query GetClientCount --at +5 --json'; do
    script -qec "wmclients $command $CAPTURES/vlc-mixed" /dev/null < /dev/null | tr -d '\r' > terminal
    wmclients $command "$CAPTURES/vlc-mixed" | tr -d '\r' | cmp - terminal
done
