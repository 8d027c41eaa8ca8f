#!/bin/bash
# libpcap's language; on a file of two link types, too.
wmclients list --filter 'tcp port 58202' "$CAPTURES/vlc-mixed"
wmclients list --filter 'tcp port 8081 and ip' --fields index,address,port "$CAPTURES/pcapng-mixed"
