#!/bin/bash
# An unset shell variable must not silently ask another question.
for option in --at --sink --port --from --to --fields --hosts --events; do
    wmclients list $option "" "$CAPTURES/vlc-mixed" > output 2> message
    code=$?
    [ $code = 2 ] && [ ! -s output ] || echo "$option '': exit code $code"
done
