#!/bin/bash
# Packet 96 carries the first byte of the reply to the second client.
for packet in 95 96; do
    wmclients list --at packet:$packet --fields index,port,header_packets,data_packets "$CAPTURES/vlc-mixed"
done
