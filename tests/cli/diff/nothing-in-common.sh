#!/bin/bash
# Nothing compared is no success; what cannot be is said.
wmclients diff "$CAPTURES/vlc-mixed" "$CAPTURES/two-sinks" > /dev/null
echo $?
wmclients diff "$CAPTURES/server-stop" "$CAPTURES/one-sided" --clock-offset 5000
echo $?
wmclients diff - -
echo $?
wmclients diff "$CAPTURES/vlc-mixed" no-such-file
echo $?
wmclients diff --clock-offset x "$CAPTURES/vlc-mixed" "$CAPTURES/vlc-mixed"
echo $?
wmclients diff --calibrate "$CAPTURES/vlc-mixed" "$CAPTURES/vlc-mixed"
echo $?
