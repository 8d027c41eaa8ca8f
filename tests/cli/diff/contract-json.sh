#!/bin/bash
# The same for programs.
contract=$WMCLIENTS_TOP/tests/cli/diff/contract.json
wmclients diff --contract "$contract" --format json > result.json
echo "exit $?"
jq -c 'del(.cases)' result.json
jq -c '.cases[] | select(.case == "client-properties.address-order" or .case == "open.ipv6" or .case == "events.thread")' result.json
