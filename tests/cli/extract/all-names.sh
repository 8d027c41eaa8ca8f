#!/bin/bash
# Two sinks of one port: their addresses are in the names, too.
make_capture > two.pcap <<'SCRIPT'
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
connection b 10.78.0.11:50001 -> 10.78.0.2:8080
0.000 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 3*$D(size=100)
0.100 b handshake
0.110 b > %play
0.120 b < %ok $H(asf=11111111-2222-3333-4444-555555555555) 3*$D(size=100)
SCRIPT
wmclients extract --all . two.pcap 2> message
ls *.asf
wmclients extract --all . --pcap two.pcap 2> message
ls *-*.pcap
