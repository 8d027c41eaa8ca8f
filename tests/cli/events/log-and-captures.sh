#!/bin/bash
# Either the one or the other.
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
wmclients list --events log "$CAPTURES/vlc-mixed"
