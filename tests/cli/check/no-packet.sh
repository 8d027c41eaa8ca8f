#!/bin/bash
# Bytes of a body that begin no packet reach the rules beside the tracker, too.
make_capture >stray.pcap <<'SCRIPT'
packet-size 100
connection a 10.0.0.1:50000 -> 10.0.0.2:80
0 a handshake
0.01 a > "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nPragma: xPlayStrm=1\r\n\r\n"
0.02 a < "HTTP/1.0 200 OK\r\nServer: Rex/12.0\r\nContent-Type: application/x-mms-framed\r\n\r\n"
0.03 a < $H(asf) $D x"24 58 04 00 00 00 00 00" $D $D
SCRIPT
wmclients check --rule framing.packet-id stray.pcap
