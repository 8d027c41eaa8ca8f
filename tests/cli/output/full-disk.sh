#!/bin/bash
# Output that cannot be written is an error, also the little that --help and --version write.
for command in "list $CAPTURES/vlc-mixed" "list --format json $CAPTURES/vlc-mixed" "events $CAPTURES/vlc-mixed" \
    "events --format jsonl $CAPTURES/vlc-mixed" "info --index 0 $CAPTURES/vlc-mixed" "connections $CAPTURES/vlc-mixed" \
    "query GetClientCount --at +5 $CAPTURES/vlc-mixed" --help --version 'list --help'; do
    wmclients $command > /dev/full 2> message
    echo "${command%% /*}: $? $(cat message)"
done
