#!/bin/bash
# A capture and the sink's own log of the same minute, whatever counts as attached.
for policy in play accept request; do
    wmclients diff --attach-on "$policy" "$CAPTURES/serve-churn" "$CAPTURES/serve-churn/sink.jsonl"
done
