#!/bin/bash
# The first line is worth having.
wmclients list "$CAPTURES/vlc-mixed" | head -1
