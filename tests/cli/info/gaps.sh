#!/bin/bash
# What is missing, where, and why; the counters are lower bounds.
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:8080
0.000 a handshake
0.010 a > "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
0.020 a < "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n" $H(asf) 2*$D(size=400) $D(size=400,hole=100*50) $D(size=400)
1.000 a < 4*$D(size=400)
2.000 a close
SCRIPT
wmclients info --index 0 a.pcap | sed -n '/^Counters/,/^Request/p'
wmclients list --fields data_packets,damaged_packets,gap_bytes,exact a.pcap
