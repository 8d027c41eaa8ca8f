#!/bin/bash
# The connections to one sink, or to one of its endpoints.
count() { wmclients connections "$@" | tail -1; }
count "$CAPTURES/two-sinks"
count --sink :8081 "$CAPTURES/two-sinks"
count --port 8080 "$CAPTURES/two-sinks"
count --sink '[fd78::1]:8081' "$CAPTURES/two-sinks"
