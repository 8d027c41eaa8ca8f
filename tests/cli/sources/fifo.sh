#!/bin/bash
wmclients list "$CAPTURES/vlc-mixed" > whole
mkfifo pipe
cat "$CAPTURES"/vlc-mixed/*.pcap.gz > pipe &
wmclients list pipe | diff whole -
wait
