#!/bin/bash
# No note: it is within the capture.
for at in packet:1570 2026-11-22T06:19:41.558658Z; do
    wmclients list --at "$at" --fields index,address,port "$CAPTURES/vlc-mixed" | sed -n '4,5p'
done
