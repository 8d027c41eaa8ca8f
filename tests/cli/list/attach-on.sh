#!/bin/bash
# Every connection is a client; from the handshake on, or from its request on.
for when in accept request; do
    wmclients list --attach-on $when --time relative "$CAPTURES/vlc-mixed"
done
