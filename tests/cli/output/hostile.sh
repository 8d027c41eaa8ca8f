#!/bin/bash
# Terminal controls, bidirectional overrides, malformed UTF-8 and formulas from the wire are harmless in every format.
"$WMCLIENTS_TOP/tests/cli/make_hostile" > hostile.pcap || exit
printf '10.0.0.11 \033[31mred.example\n' > hosts
for command in list 'list --format csv' 'list --format json' 'list --format jsonl' 'list --fields user_agent,client_guid' \
    'list --hosts hosts' 'list --stats' events 'events --format json' 'events --format jsonl' connections \
    'connections --format json' 'info --index 0' 'info --index 0 --json' 'info --index 3' 'query GetClientInfo 0'; do
    wmclients $command hostile.pcap > output 2> message
    "$WMCLIENTS_TOP/tests/cli/harmless.py" "$command" output message
done
