#!/bin/bash
# A time on another day than the first packet's has its date.
make_capture > a.pcap <<'SCRIPT'
start 2026-01-01T23:59:59Z
connection a 10.0.0.11:50001 -> 10.0.0.1:8080
connection b 10.0.0.12:50002 -> 10.0.0.1:8080
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let reply "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
0.000 a handshake
0.010 a > %play
0.020 a < %reply $H(asf) 2*$D(size=400)
2.000 b handshake
2.010 b > %play
2.020 b < %reply $H(asf) 2*$D(size=400)
SCRIPT
wmclients list --fields port,attached_at a.pcap
TZ=America/New_York wmclients list --time local --fields port,attached_at a.pcap
