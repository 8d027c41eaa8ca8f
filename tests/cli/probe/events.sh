#!/bin/bash
# A probe's log: each coming and going once, though it was told twice
. "$(dirname "$0")/log"
probe_log | wmclients events --events -
probe_log | wmclients events --events - --attach-on accept --format json | jq -c '.events[] | [.type, .local_address, .reason, .media_bytes]'
