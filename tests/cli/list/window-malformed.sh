#!/bin/bash
for option in --from --to; do
    for time in packet:5 yesterday 2026-11-22 +x; do
        wmclients list $option=$time no-such-file.pcap 2> message
        code=$?
        grep -q "^wmclients: $option .*: not a time" message && [ $code = 2 ] || echo "$option $time: $code, $(cat message)"
    done
done
