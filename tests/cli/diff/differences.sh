#!/bin/bash
# One client has another end, one another name, one is missing, and the clock is 2.5 s ahead.
/usr/bin/python3 - "$CAPTURES/serve-churn/sink.jsonl" > altered.jsonl <<'PYTHON'
import datetime, json, re, sys

def later(match):
    time = datetime.datetime.fromisoformat(match[1][:26]) + datetime.timedelta(seconds=2.5)
    return time.isoformat(timespec="microseconds") + match[1][26:] + "Z"

missing = None
for line in open(sys.argv[1]):
    event = json.loads(line)
    if event["type"] == "play" and event["port"] == 58330:
        missing = event["connection"]
    if missing is not None and event.get("connection") == missing and event["type"] in ("play", "client_connect"):
        continue
    if event["type"] in ("connection_end", "stream_end") and event["connection"] == 5:
        line = line.replace(event["time"], "2026-11-22T12:08:00.000000000Z", 1)
    sys.stdout.write(re.sub(r"(2026-11-22T12:0\d:\d\d\.\d{9})Z", later, line))
PYTHON
printf '10.78.0.22 seen.example\n' > hosts
wmclients diff --hosts hosts "$CAPTURES/serve-churn" altered.jsonl
echo "exit $?"
