#!/bin/bash
# What could be read is judged; the exit code says that there was more.
xz -dc "$CAPTURES/vlc-churn/vlc-churn.pcap.xz" | head -c 100001 >cut.pcap
wmclients check --rule http.request.version cut.pcap
