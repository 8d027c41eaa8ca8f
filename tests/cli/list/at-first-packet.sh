#!/bin/bash
wmclients list --at +0 "$CAPTURES/vlc-mixed"
wmclients list --at packet:1 --format json "$CAPTURES/vlc-mixed" | python3 -c '
import json, sys
document = json.load(sys.stdin)
print(document["at"], document["at_packet"], document["sinks"][0]["clients"])'
