#!/bin/bash
# GetClientProperties has no answer for an IPv6 client, info has: exit code 0.
wmclients info --index 2 "$CAPTURES/vlc-mixed" | sed -n '/^GetClientInfo/,/^Client/p'
wmclients info --index 2 --json "$CAPTURES/vlc-mixed" > /dev/null
