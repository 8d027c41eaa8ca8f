#!/bin/bash
# What there is instead is told.
wmclients list --sink 10.78.0.9:8080 "$CAPTURES/two-sinks"
wmclients list --port 80 "$CAPTURES/two-sinks"
