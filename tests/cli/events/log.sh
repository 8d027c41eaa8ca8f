#!/bin/bash
# A line an event, in the order in which it could be concluded; the first and the last line tell of the log itself.
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
head -1 log
tail -1 log | cut -c1-200
python3 - <<'PYTHON'
import collections, json
lines = [json.loads(line) for line in open("log")]
print(sorted(collections.Counter(line["type"] for line in lines).items()))
seen = [line["seen_at"] for line in lines if "seen_at" in line]
print(seen == sorted(seen))
PYTHON
