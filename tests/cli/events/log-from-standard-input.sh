#!/bin/bash
wmclients list "$CAPTURES/vlc-mixed" > whole
wmclients events --format jsonl "$CAPTURES/vlc-mixed" | wmclients list --events - | diff whole -
