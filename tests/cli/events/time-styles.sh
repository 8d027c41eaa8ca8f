#!/bin/bash
export TZ=Asia/Kolkata
for style in local relative epoch; do
    wmclients events --time $style "$CAPTURES/vlc-mixed" | sed -n 2p
done
