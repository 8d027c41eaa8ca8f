#!/bin/bash
# A log that ends in the middle of a line: what was before it is shown, with 3, and nothing is made up.
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
{ head -29 log; sed -n 30p log | head -c 20; } > part
wmclients list --fields index,address,port,state,attached_at,data_packets,media_bytes,exact --events part
code=$?
wmclients list --format json --events part 2> /dev/null | grep -o '"complete":[a-z]*'
exit $code
