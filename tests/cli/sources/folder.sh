#!/bin/bash
# The captures of a folder, known by their content: its texts, empty files and folders are left out silently.
mkdir -p folder/deeper
cp "$CAPTURES"/vlc-mixed/vlc-mixed.pcap.gz folder/no-extension
cp "$CAPTURES"/two-sinks/two-sinks.pcap.xz folder/deeper
echo text > folder/README.md
: > folder/empty.pcap
wmclients list "$CAPTURES/vlc-mixed" > whole
wmclients list folder | diff whole -
