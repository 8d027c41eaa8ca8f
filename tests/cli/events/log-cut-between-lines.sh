#!/bin/bash
wmclients events --format jsonl "$CAPTURES/vlc-mixed" | head -20 > part
wmclients list --fields index,port --events part
