#!/bin/bash
# A capture that is cut: what could be read is extracted, the exit code is 3.
zcat "$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz" | head -c 400000 > cut.pcap
wmclients extract --index 1 -o out.asf cut.pcap
echo "exit code $?"
ffprobe -v error -show_entries format=nb_streams -of csv=p=0 out.asf
