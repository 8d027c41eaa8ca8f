#!/bin/bash
# Whoever reads the output may stop reading: 141, and quiet.
for command in list 'list --format json' 'list --format csv' events 'events --format jsonl' 'info --index 0' connections \
    'query GetClientCount --at +5' --help; do
    exec 3> >(:)
    wait $! # now nobody reads any more
    wmclients $command $([[ $command = -* ]] || echo "$CAPTURES/vlc-churn") >&3
    echo "$command: $?"
done
