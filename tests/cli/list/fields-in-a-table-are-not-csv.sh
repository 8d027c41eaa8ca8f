#!/bin/bash
# A table is for people: quotes and apostrophes of CSV have no place in it.
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:8080
0.000 a handshake
0.010 a > "GET / HTTP/1.0\r\nUser-Agent: -Player, \"beta\"\r\nPragma: xPlayStrm=1\r\n\r\n"
0.020 a < "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\nServer: Cougar/9.00\r\n\r\n" $H(asf) 2*$D(size=400)
SCRIPT
wmclients list --fields index,user_agent a.pcap
