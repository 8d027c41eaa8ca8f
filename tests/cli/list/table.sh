#!/bin/bash
# Every column, a row a client, IPv4 and IPv6 in one sink; the summary below.
wmclients list "$CAPTURES/vlc-mixed"
