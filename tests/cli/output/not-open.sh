#!/bin/bash
# No standard output at all.
wmclients list "$CAPTURES/vlc-mixed" >&-
