#!/bin/bash
# Zeros in front do not make it octal.
wmclients info --index 08 "$CAPTURES/vlc-churn" | head -1
wmclients info --index 010 "$CAPTURES/vlc-churn" | head -1
wmclients info --index 0000000000000000003 "$CAPTURES/vlc-churn" | head -1
