#!/bin/bash
# Every row of the instant, as GetClientInfo tells it; past the last one, NS_E_INVALID_CLIENT.
for index in 0 1 2 3; do
    wmclients query GetClientInfo $index --at +3 "$CAPTURES/vlc-mixed"
    echo "-> $?"
done
