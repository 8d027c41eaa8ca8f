#!/bin/bash
# root may read everything; then there is nothing to test.
[ "$(id -u)" = 0 ] && { command -v setpriv > /dev/null || { echo "needs setpriv" >&2; exit 77; }; }
cp "$CAPTURES"/client-side-only/client-side-only.pcap a.pcap
chmod 000 a.pcap
if [ "$(id -u)" = 0 ]; then
    chmod 755 "$(dirname "$PWD")" .
    chown 65534 .
    setpriv --reuid 65534 --clear-groups --bounding-set -all -- "$(command -v wmclients)" list a.pcap
else
    wmclients list a.pcap
fi
