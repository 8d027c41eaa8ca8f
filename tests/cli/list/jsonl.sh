#!/bin/bash
# A line a client, each whole in itself: it names its sink.
wmclients list --format jsonl --fields index,address,port,state,end_reason,media_bytes,exact "$CAPTURES/two-sinks"
