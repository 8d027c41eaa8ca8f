#!/bin/bash
# At an instant the log knows who was there; counters only where the instant is the end.
wmclients events --format jsonl "$CAPTURES/vlc-churn" > log
for at in +5 +12.3 packet:2000 +30; do
    fields=index,address,port,state,attached_at,dns_name,user_agent
    wmclients list --at $at --fields $fields "$CAPTURES/vlc-churn" > from-capture
    wmclients list --at $at --fields $fields --events log | cmp from-capture - || echo "$at"
done
wmclients list --at +5 --format jsonl --fields data_packets,exact --events log | head -1
