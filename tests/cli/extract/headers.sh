#!/bin/bash
# Another header makes another file; on standard output there can be none.
make_capture > headers.pcap <<'SCRIPT'
packet-size 200
let play "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0.000 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 2*$D(size=100) $C(0) $H(asf=11111111-2222-3333-4444-555555555555) 3*$D(size=100)
SCRIPT
wmclients extract --index 0 -o out.asf headers.pcap
ls *.asf
wmclients extract --index 0 -o - headers.pcap > piped
# The header is that of a live stream there, all else is the same: File Properties begin at byte 30.
cmp <(tail -c 400 piped) <(tail -c 400 out.asf)
cmp -n 54 piped out.asf
od -An -tu4 -j118 -N4 piped
od -An -tu4 -j118 -N4 out.asf
