#!/bin/bash
# An attach at the instant is in, a detach at the instant is out.
show() { wmclients list --at "$1" --fields port "$CAPTURES/vlc-mixed" | sed -n '4,$p'; }
show 2026-11-22T06:19:31.940456999Z
show 2026-11-22T06:19:31.940457Z
show 2026-11-22T06:19:39.574633999Z
show 2026-11-22T06:19:39.574634Z
