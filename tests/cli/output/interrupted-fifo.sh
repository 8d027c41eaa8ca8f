#!/bin/bash
# The same of a FIFO, in every command, compressed or not; JSON says that it is not complete.
zcat "$CAPTURES"/vlc-mixed/*.pcap.gz | head -c 400000 > part.pcap
gzip -c part.pcap | head -c -1000 > part.pcap.gz
interrupt() { "$WMCLIENTS_TOP/tests/cli/interrupt_when_idle.py" --fifo "$@" 2> message; }
interrupt part.pcap wmclients list --format json FIFO | grep -o '"complete":[a-z]*'
for command in list 'list --filter tcp' events connections 'info --index 0' 'query GetClientCount' 'list --to +100'; do
    interrupt part.pcap wmclients $command FIFO > output
    echo "$command: $? $([ -s output ] && echo shown)"
    grep -q '^wmclients: interrupted after' message || cat message
done
interrupt part.pcap.gz wmclients list FIFO > output
echo "gzip: $? $(grep -c NSPlayer output)"
interrupt part.pcap wmclients events --format jsonl FIFO > log
echo "log: $? $(head -1 log | grep -o '"type":"log"') $(tail -1 log | grep -o '"type":"log_end".*"complete":[a-z]*' | tr -d '\n' | tail -c 17)"
