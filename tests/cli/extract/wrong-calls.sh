#!/bin/bash
# What makes no sense, and what cannot be read twice.
mkfifo pipe
cp "$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz" one.pcap.gz
for call in "one.pcap.gz" "--index 0 one.pcap.gz" "--all d --index 0 -o x one.pcap.gz" "-o x one.pcap.gz" "--all d -o x one.pcap.gz" \
    "--index first -o x one.pcap.gz" "--index 0 -o - --format json one.pcap.gz" "--index 0 --pcap --gaps pad -o x one.pcap.gz" \
    "--index 0 -o x -" "--index 0 -o x pipe" "--index 0 -o x -i lo" "--index 0 -o x --events $CAPTURES/serve-churn/sink.jsonl" \
    "--index 0 -o x" "--index 0 --gaps fill -o x one.pcap.gz" "--index 0 -o x --port 99999 one.pcap.gz"; do
    wmclients extract $call
    echo "exit code $?"
done
ls
