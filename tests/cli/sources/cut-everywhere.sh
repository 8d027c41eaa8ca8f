#!/bin/bash
# Wherever a file ends, the commands end well: with 3 and what was before, or with 0 between two packets.
make_capture > whole.pcap <<'SCRIPT'
connection a 10.0.0.11:50001 -> 10.0.0.1:8080
0.000 a handshake
0.010 a > "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n"
0.020 a < "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n" $H(asf) 2*$D(size=40)
SCRIPT
size=$(stat -c %s whole.pcap)
for ((length = 24; length < size; length += 7)); do
    head -c $length whole.pcap > cut.pcap
    wmclients list cut.pcap > output 2> message
    code=$?
    case $code in
        0) ;;
        3) grep -q '^wmclients: cut.pcap: cut in the middle of .*packet [0-9]* at offset [0-9]*' message || cat message ;;
        *) echo "$length bytes: exit code $code, $(cat message)" ;;
    esac
done
for ((length = 0; length < 24; length++)); do
    head -c $length whole.pcap > cut.pcap
    wmclients list cut.pcap > output 2> message
    code=$?
    [ $code = 3 ] && [ -s message ] && [ ! -s output ] || echo "$length bytes: $code, $(cat message)"
done
