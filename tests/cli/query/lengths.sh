#!/bin/bash
# Exactly enough; one too few of each; nothing at all: with a buffer too short, all three lengths are told.
for lengths in 11,6,1 10,6,1 11,5,1 11,6,0 0,0,0; do
    echo "--cch $lengths"
    wmclients query GetClientInfo 0 --cch $lengths --at +3 "$CAPTURES/vlc-mixed"
    echo "-> $?"
done
