#!/bin/bash
# One client and the summary in each style; local time follows TZ, with the zone where the date is.
export TZ=Asia/Kolkata
for style in utc local relative epoch; do
    wmclients list --time $style "$CAPTURES/vlc-mixed" | sed -n '4p;$p'
done
