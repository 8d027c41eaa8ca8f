#!/bin/bash
# Which policies explain what the sink told its owner.
wmclients diff --calibrate "$CAPTURES/serve-churn" "$CAPTURES/serve-churn/sink.jsonl" | head -n 11
