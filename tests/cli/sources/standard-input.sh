#!/bin/bash
# A pipe, a redirected file, compressed: the same table.
wmclients list "$CAPTURES/vlc-mixed" > whole
cat "$CAPTURES"/vlc-mixed/*.pcap.gz | wmclients list - | diff whole -
wmclients list - < "$CAPTURES"/vlc-mixed/vlc-mixed.pcap.gz | diff whole -
zcat "$CAPTURES"/vlc-mixed/*.pcap.gz | wmclients list - | diff whole -
