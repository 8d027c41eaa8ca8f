#!/bin/bash
# What the table would not follow is refused.
wmclients connections --at +5 "$CAPTURES/vlc-mixed"
