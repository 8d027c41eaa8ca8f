#!/bin/bash
# All that is known of one client.
wmclients info --index 1 "$CAPTURES/vlc-mixed"
