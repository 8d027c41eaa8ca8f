#!/bin/bash
# What can be read is shown, what cannot is told, in every command.
echo text > text
wmclients list --fields index,address,port no-such-file.pcap "$CAPTURES/vlc-mixed" text
code=$?
wmclients list --format json "$CAPTURES/vlc-mixed" text 2> /dev/null | grep -o '"complete":[a-z]*'
for command in 'info --index 0' events connections 'query GetClientCount'; do
    wmclients $command text "$CAPTURES/vlc-mixed" > output 2> /dev/null
    echo "$command: $? $(wc -l < output)"
done
exit $code
