#!/bin/bash
# JSON loses nothing: the text where it is UTF-8, the bytes in base64 beside it where it is not.
"$WMCLIENTS_TOP/tests/cli/make_hostile" > hostile.pcap || exit
wmclients list --format json hostile.pcap | python3 -c '
import base64, json, sys
for client in json.load(sys.stdin)["sinks"][0]["clients"]:
    raw = client.get("user_agent_raw")
    print(ascii(client["user_agent"]), base64.b64decode(raw) if raw else None)'
