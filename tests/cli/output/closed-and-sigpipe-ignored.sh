#!/bin/bash
# The same where the caller ignores SIGPIPE, as some service managers and languages do.
trap '' PIPE
for command in 'list --format json' 'events --format jsonl' --help; do
    exec 3> >(:)
    wait $!
    wmclients $command $([[ $command = -* ]] || echo "$CAPTURES/vlc-churn") >&3
    echo "$command: $?"
done
