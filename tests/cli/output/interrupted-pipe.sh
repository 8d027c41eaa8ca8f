#!/bin/bash
# Ctrl-C while a pipe has nothing more: what is known by then, and 130.
zcat "$CAPTURES"/vlc-mixed/*.pcap.gz | head -c 400000 > part.pcap
"$WMCLIENTS_TOP/tests/cli/interrupt_when_idle.py" part.pcap wmclients list -
