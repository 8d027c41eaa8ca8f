#!/bin/bash
# What is no contract, and calls that make no sense.
contract=$WMCLIENTS_TOP/tests/cli/diff/contract.json
wmclients diff --contract no-such-file
echo $?
wmclients diff --contract "$WMCLIENTS_TOP/schemas/contract.json"
echo $?
echo '{"schema_version": 7, "cases": []}' > later.json
wmclients diff --contract later.json
echo $?
echo '{"schema_version": 1, "cases": []}' > empty.json
wmclients diff --contract empty.json > /dev/null
echo $?
wmclients diff --contract "$contract" "$CAPTURES/vlc-mixed" "$CAPTURES/vlc-mixed"
echo $?
wmclients diff "$CAPTURES/vlc-mixed"
echo $?
