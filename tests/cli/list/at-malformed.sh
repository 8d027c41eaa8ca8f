#!/bin/bash
# Each is refused before anything is read: the file is not there.
for at in + -5 +-5 +nan +inf +0x10 +1e300 '+ 5' 5 packet: packet:0 packet:-1 packet:1x packet:18446744073709551616 \
    now yesterday 2026-11-22 2026-13-22T06:19:35Z 2026-11-22T25:19:35Z 2026-11-22T06:19:35Zx; do
    wmclients list --at="$at" no-such-file.pcap 2> message
    code=$?
    grep -q '^wmclients: --at.*not an instant; write' message && [ $code = 2 ] || echo "--at=$at: $code, $(cat message)"
done
