#!/bin/bash
# The packets of a client's connection read back as its row.
for index in 0 1 2 3; do
    wmclients extract --index $index --pcap -o $index.pcap "$CAPTURES/vlc-mixed"
    cmp <(wmclients list --format csv "$CAPTURES/vlc-mixed" | sed -n "$((index + 2))p" | cut -d, -f3-) \
        <(wmclients list --format csv $index.pcap | tail -n +2 | cut -d, -f3-)
done
wmclients extract --all packets --pcap "$CAPTURES/vlc-mixed" 2> message
cmp 2.pcap packets/8080-2-fd78__40-58512.pcap
wmclients extract --index 2 --pcap -o - "$CAPTURES/vlc-mixed" 2> message | cmp - 2.pcap
