#!/bin/bash
for at in +0.5 +2 +3 +8 +9.5; do
    wmclients query GetClientCount --at $at "$CAPTURES/vlc-mixed"
done
