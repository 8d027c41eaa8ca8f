#!/bin/sh
wmclients list --no-such-option "$CAPTURES/vlc-mixed"
