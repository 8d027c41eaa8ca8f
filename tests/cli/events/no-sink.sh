#!/bin/bash
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:80
0.000 a handshake
SCRIPT
wmclients events a.pcap
wmclients events --format json a.pcap
