#!/bin/bash
# The same instant in every notation shows the same clients, with the counters of then.
for at in +3.5 2026-11-22T06:19:35.347231Z 2026-11-22T07:49:35.347231+01:30; do
    wmclients list --at "$at" "$CAPTURES/vlc-mixed"
done
