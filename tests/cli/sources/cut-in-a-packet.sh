#!/bin/bash
# The table of what could be read, the offset on standard error, and "complete":false.
zcat "$CAPTURES"/vlc-mixed/*.pcap.gz | head -c 600000 > cut.pcap
wmclients list cut.pcap
code=$?
wmclients list --format json cut.pcap 2> again | grep -o '"complete":[a-z]*'
wmclients list cut.pcap 2>&1 > /dev/null | diff again -
exit $code
