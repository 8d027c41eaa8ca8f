#!/bin/bash
# The chosen columns in the chosen order, in every format that has columns.
for format in table jsonl csv; do
    wmclients list --format $format --fields port,address,attached_at,dns_name,exact "$CAPTURES/vlc-mixed"
done
