#!/bin/bash
# Who was there before the capture gets the header of another client, and without one there is no file.
cat > before <<'SCRIPT'
packet-size 200
let describe "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: no-cache\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
connection b 10.78.0.12:50002 -> 10.78.0.1:8080
0.000 a < 5*$D(size=100)
SCRIPT
make_capture < before > without.pcap
cat >> before <<'SCRIPT'
1.000 b handshake
1.010 b > %describe
1.020 b < %ok $H(asf) fin
SCRIPT
make_capture < before > with.pcap
wmclients extract --index 0 -o out.asf without.pcap
echo "exit code $?"
wmclients extract --index 0 -o out.asf with.pcap
echo "exit code $?"
ls *.asf
