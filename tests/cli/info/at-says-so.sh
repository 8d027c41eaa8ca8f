#!/bin/bash
# A row of an instant says so, a row of the list as well.
wmclients info --index 0 --at +8 "$CAPTURES/vlc-mixed" | head -1
wmclients info --index 0 "$CAPTURES/vlc-mixed" | head -1
