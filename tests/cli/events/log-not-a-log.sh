#!/bin/bash
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
: > empty
tail -n +2 log > headless
sed '1s/"schema_version":1/"schema_version":2/' log > newer
for file in no-such-file empty headless newer "$CAPTURES/client-side-only/client-side-only.pcap"; do
    wmclients list --events "$file"
    echo $?
done
