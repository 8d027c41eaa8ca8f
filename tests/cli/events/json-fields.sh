#!/bin/bash
# What the table's detail says stands in fields of its own.
wmclients events --format json "$CAPTURES/errors-browsers" | python3 -c '
import json, sys
for event in json.load(sys.stdin)["events"][:3]:
    print({key: event[key] for key in event if key not in ("time", "address", "local_address", "local_port")})'
