#!/bin/bash
# list --events LOG prints what list on the capture prints, for every recording, format, policy and selection.
for capture in "$CAPTURES"/*/; do
    wmclients events --format jsonl "$capture" > log || echo "$capture: $?"
    for options in '--format table' '--format json' '--format csv' '--format jsonl' --stats '--attach-on accept' \
        '--attach-on request --detach-on connection' '--sink :8080 --format json' '--time relative'; do
        wmclients list $options "$capture" > from-capture 2> from-capture.err
        code=$?
        wmclients list $options --events log > from-log 2> from-log.err
        [ $code = $? ] || echo "$capture $options: other exit code"
        cmp from-capture from-log || echo "$capture $options: other output"
        cmp from-capture.err from-log.err || echo "$capture $options: other messages"
    done
done
