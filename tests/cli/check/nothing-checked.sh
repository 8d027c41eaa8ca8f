#!/bin/bash
# No pass and no fail is no success.
make_capture >web.pcap <<'SCRIPT'
connection a 10.0.0.1:50000 -> 10.0.0.2:80
0 a handshake
0.01 a > "GET / HTTP/1.1\r\nHost: web\r\n\r\n"
0.02 a < "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
SCRIPT
wmclients check web.pcap
