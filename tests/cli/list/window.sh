#!/bin/bash
# Only a part of the capture: its end, its beginning, a stretch, and in two notations.
show() { wmclients list --fields index,port,attached_at,detached_at,exact "$@" "$CAPTURES/vlc-mixed" | sed '1,2d'; }
show --to +5
show --from +5
show --from +0.5 --to 2026-11-22T06:19:40Z
show --from 2026-11-22T06:19:31.847231Z --to 2026-11-22T06:19:41.558658Z
