#!/bin/bash
# The address as one DWORD; none for IPv6.
for index in 0 1 2 3; do
    wmclients query GetClientProperties $index --at +3 "$CAPTURES/vlc-mixed"
    echo "-> $?"
done
