#!/bin/bash
# A row is a connection there, and who only asked has none.
wmclients list --attach-on accept --format csv --fields address,port,data_packets "$CAPTURES/vlc-mixed" | head -3
wmclients extract --attach-on accept --index 0 -o out.asf "$CAPTURES/vlc-mixed"
echo "exit code $?"
wmclients extract --attach-on accept --index 1 -o out.asf "$CAPTURES/vlc-mixed"
