#!/bin/bash
# The connections that never asked for anything count only with accept.
for when in play accept request; do
    wmclients list --attach-on $when --format jsonl --fields port "$CAPTURES/errors-browsers" | wc -l
done
