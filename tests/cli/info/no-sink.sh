#!/bin/bash
wmclients info --index 0 --port 80 "$CAPTURES/vlc-mixed"
