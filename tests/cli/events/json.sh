#!/bin/bash
# The same events as the table's, in the same order. The shape is tested in tests/schemas.py.
wmclients events --format json "$CAPTURES/vlc-churn" | python3 -c '
import json, sys
for event in json.load(sys.stdin)["events"]:
    print(event["time"][11:23], event["type"], event["address"], event["port"])' > from-json
wmclients events "$CAPTURES/vlc-churn" | tail -n +2 | sed 's/\[\(.*\)\]/\1/' |
    awk '{n = match($3, /:[0-9]*$/); print $1, $2, substr($3, 1, n - 1), substr($3, n + 1)}' | sed 's/\]//' > from-table
diff from-table from-json
wc -l < from-table
