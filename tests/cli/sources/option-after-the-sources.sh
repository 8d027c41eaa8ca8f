#!/bin/bash
# Options take one value each and may stand anywhere; -- ends them.
wmclients list "$CAPTURES/vlc-mixed" --fields index --at +3 --port 8080
cp "$CAPTURES"/vlc-mixed/vlc-mixed.pcap.gz ./--at
wmclients list --fields index -- --at
