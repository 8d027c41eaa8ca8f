#!/bin/bash
# Which connection the Describe came on, and how sure that is.
wmclients info --index 0 "$CAPTURES/vlc-mixed" | grep Describe
wmclients info --index 2 "$CAPTURES/vlc-mixed" | grep Describe
