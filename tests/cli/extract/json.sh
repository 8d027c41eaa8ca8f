#!/bin/bash
wmclients extract --all streams --format json "$CAPTURES/vlc-mixed"
wmclients extract --index 0 --pcap -o 0.pcap --format json "$CAPTURES/vlc-mixed"
