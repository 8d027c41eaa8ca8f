#!/bin/bash
# Another port is named as the way out, and nothing is left behind.
wmclients serve --port 0 --bind 127.0.0.1 --log first.jsonl "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" 2> url &
first=$!
for _ in {1..100}; do
    grep -qs mmsh: url && break
    sleep 0.05
done
port=$(sed 's|.*:\([0-9]*\)/$|\1|' url)
wmclients serve --port "$port" --bind 127.0.0.1 "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" --log first.jsonl 2> message
echo "$?"
sed "s/$port/PORT/" message
head -c 12 first.jsonl # the log of the first one is not touched
echo
kill -INT "$first"
wait "$first"
echo "first: $?"
