#!/bin/bash
# --at chooses the row; its stream is whole.
wmclients list --at +4 --format csv --fields index,address,port,data_packets "$CAPTURES/vlc-mixed"
wmclients extract --at +4 --index 2 -o out.asf "$CAPTURES/vlc-mixed"
