#!/bin/bash
# Before the first stream byte the object refuses.
wmclients query GetClientCount --at +0 "$CAPTURES/vlc-mixed"
echo "-> $?"
wmclients query GetClientProperties 0 --at +0 "$CAPTURES/vlc-mixed"
echo "-> $?"
