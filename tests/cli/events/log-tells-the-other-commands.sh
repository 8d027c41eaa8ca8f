#!/bin/bash
# So do events, connections and query; info has all but what only packets show.
for capture in vlc-churn vlc-midstream errors-browsers dns-names one-sided; do
    wmclients events --format jsonl "$CAPTURES/$capture" > log
    for command in events 'events --format json' 'events --format jsonl' connections 'connections --format json' \
        'query GetClientCount' 'query GetClientInfo 0' 'query GetClientProperties 1 --json'; do
        wmclients $command "$CAPTURES/$capture" > from-capture 2> /dev/null
        wmclients $command --events log > from-log 2> /dev/null
        cmp from-capture from-log || echo "$capture $command"
    done
    wmclients info --index 1 "$CAPTURES/$capture" | sed '/^Rate/,$d' > from-capture
    wmclients info --index 1 --events log | sed '/^In tshark/,$d' > from-log
    cmp from-capture from-log || echo "$capture info"
done
