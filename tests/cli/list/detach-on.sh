#!/bin/bash
# $E with reason 0 ends the client, or only its FIN does.
make_capture > a.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:8080
0.000 a handshake
0.010 a > "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
0.020 a < "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n" $H(asf) 2*$D(size=400)
1.000 a < $E(0)
2.000 a close
SCRIPT
for when in end-of-stream connection; do
    wmclients list --detach-on $when --time relative a.pcap
done
