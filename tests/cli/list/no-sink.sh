#!/bin/bash
# Packets, but no server that speaks MS-WMSP: exit code 0, nothing on standard output, and why on standard error.
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:80
0.000 a handshake
0.010 a > "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
0.020 a < "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SCRIPT
wmclients list a.pcap
wmclients list --format json a.pcap | grep -o '"sinks":.*'
