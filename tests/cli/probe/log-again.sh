#!/bin/bash
# A probe's log written again as an event log is still one of a probe, and says the same
. "$(dirname "$0")/log"
probe_log | wmclients events --events - --format jsonl >again.jsonl
head -n 1 again.jsonl
probe_log | wmclients list --events - >first
wmclients list --events again.jsonl | diff first -
