#!/bin/bash
# What is missing is left out or padded, and told either way.
make_capture > gaps.pcap <<'SCRIPT'
packet-size 200
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0.000 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) $D(size=100) $D(size=100,hole=50*10) $D(size=100)
0.030 a < $D(size=100,loc=6) $D(size=300) $D(size=20,length=90,packet-size=90) fin
SCRIPT
wmclients extract --index 0 -o out.asf gaps.pcap
wmclients extract --index 0 -o padded.asf --gaps pad gaps.pcap
wmclients extract --index 0 -o padded.asf --gaps pad --format json gaps.pcap | jq -c '.clients[]'
echo $(($(stat -c %s padded.asf) - $(stat -c %s out.asf)))
