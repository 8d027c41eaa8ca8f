#!/bin/bash
wmclients list --at +1 --at +2 "$CAPTURES/vlc-mixed"
