#!/bin/bash
# The same as the table. The shape is tested in tests/schemas.py.
wmclients connections --format json "$CAPTURES/errors-browsers" | python3 -c '
import json, sys
document = json.load(sys.stdin)
print(document["schema_version"], document["complete"])
for row in document["connections"]:
    print(row["connection"], row["address"], row["port"], row["local_address"], row["local_port"], row["class"],
          row["request"], row["end_reason"], row["tracking_end"], "|", row["why"])'
