#!/bin/bash
# Two servers on the same port with the same stream, told apart by their link-layer addresses, are two sinks;
# --sink :PORT makes one of them.
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:8080 mac 02:00:00:00:00:11 -> 02:00:00:00:00:01
connection b 10.0.0.12:50002 -> 10.0.0.2:8080 mac 02:00:00:00:00:12 -> 02:00:00:00:00:02
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let reply "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
0.000 a handshake
0.010 a > %play
0.020 a < %reply $H(asf) 2*$D(size=400)
1.000 b handshake
1.010 b > %play
1.020 b < %reply $H(asf) 2*$D(size=400)
SCRIPT
wmclients list --fields index,address a.pcap
echo
wmclients list --fields index,address --sink :8080 a.pcap
echo
wmclients list --fields index,address --sink 10.0.0.2:8080 a.pcap
