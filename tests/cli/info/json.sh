#!/bin/bash
# The row as in list --format json, and what only info has. Its shape is tested in tests/schemas.py.
wmclients info --index 1 --json "$CAPTURES/vlc-mixed" > document
wmclients list --format json "$CAPTURES/vlc-mixed" > rows
python3 - <<'PYTHON'
import json
document = json.load(open("document"))
row = json.load(open("rows"))["sinks"][0]["clients"][1]
client = document["client"]
print({key: (client.get(key), value) for key, value in row.items() if client.get(key) != value})
print(document["at"], document["complete"], document["sink"]["url"])
for key in ("host", "target", "get_client_info", "get_client_properties", "describe", "request_packet", "response_packet",
            "gap_count", "gaps", "tshark_filter"):
    print(key, client[key])
print(client["request_head"].splitlines()[0], client["response_head"].splitlines()[0])
print(sum(client["rate"]["bytes"]), client["rate"]["interval_seconds"])
PYTHON
