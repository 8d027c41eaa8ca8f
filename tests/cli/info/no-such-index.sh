#!/bin/bash
wmclients info --index 4 "$CAPTURES/vlc-mixed"
code=$?
wmclients info --index 1 --at +0.5 "$CAPTURES/vlc-mixed"
wmclients info --index 0 --at +0 "$CAPTURES/vlc-mixed"
wmclients info --index 4294967295 --json "$CAPTURES/vlc-mixed"
exit $code
