#!/bin/bash
# Options that would be ignored are refused.
for options in "--format json --fields index" "--format csv --stats" "--format jsonl --stats"; do
    # shellcheck disable=SC2086  # words
    wmclients list $options "$CAPTURES/vlc-mixed"
    echo $?
done
