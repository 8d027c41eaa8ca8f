#!/bin/bash
# A folder with an expect.json: the client list and the verdicts that it names.
mkdir folder
cp "$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz" folder
rules=http.request.version,http.request.cache-control
jq '.check = {"http.request.version": "pass", "http.request.cache-control": "fail"}' "$CAPTURES/vlc-mixed/expect.json" >folder/expect.json
wmclients check --rule "$rules" folder
echo "exit $?"
jq '.check["http.request.version"] = "fail" | .sinks[0].clients[1].port = 1' folder/expect.json >x && mv x folder/expect.json
wmclients check --rule "$rules" folder
echo "exit $?"
echo '[]' >folder/expect.json
wmclients check --rule "$rules" folder
echo "exit $?"
jq '.check = {"http.request.versoin": "pass"}' "$CAPTURES/vlc-mixed/expect.json" >folder/expect.json
wmclients check --rule http.request.version folder
echo "exit $?"
/usr/bin/python3 -c 'print("{\"sinks\":" + "[" * 100000 + "]" * 100000 + "}")' >folder/expect.json
wmclients check --rule http.request.version folder
echo "exit $?"
