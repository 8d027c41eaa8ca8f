#!/bin/bash
wmclients info --index 1 --sink :8081 "$CAPTURES/two-sinks" | head -5
