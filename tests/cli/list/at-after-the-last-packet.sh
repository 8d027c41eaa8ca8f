#!/bin/bash
# The final state, with a note for every way to say it.
for at in +9.712 2027-01-01T00:00:00Z packet:1571; do
    wmclients list --at "$at" --fields index,address,port "$CAPTURES/vlc-mixed" | sed -n '4,5p'
done
