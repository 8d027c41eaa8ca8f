#!/bin/bash
# A failure HRESULT (1) goes before a damaged input (3).
zcat "$CAPTURES"/vlc-mixed/*.pcap.gz | head -c 600000 > cut.pcap
wmclients query GetClientCount --at +3 cut.pcap 2> /dev/null
echo "-> $?"
wmclients query GetClientInfo 9 --at +3 --json cut.pcap 2> /dev/null | cut -d, -f1-3
wmclients query GetClientInfo 9 --at +3 cut.pcap > /dev/null 2>&1
echo "-> $?"
