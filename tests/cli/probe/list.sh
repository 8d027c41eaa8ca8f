#!/bin/bash
# A probe's log: what the object told, and nothing where it tells nothing
. "$(dirname "$0")/log"
probe_log | wmclients list --events -
probe_log | wmclients list --events - --format jsonl --fields index,port,local_address,state,end_reason,media_bytes,user_agent,dns_name
probe_log | wmclients query GetClientInfo 0 --events - --at 2026-11-22T12:00:05Z
