#!/bin/bash
for sink in 8080 : :0 :65536 :x 10.78.0.1 10.78.0.1: 10.78.0.1:0x50 10.78.0.300:80 '[fd78::1]' 'fd78::1:8080'; do
    wmclients list --sink "$sink" no-such-file.pcap 2> message
    code=$?
    grep -q '^wmclients: --sink .*: write ADDR:PORT' message && [ $code = 2 ] || echo "--sink $sink: $code, $(cat message)"
done
for port in 0 65536 x -1 8080x; do
    wmclients list --port="$port" no-such-file.pcap 2> message
    code=$?
    grep -q '^wmclients: --port .*: not a port' message && [ $code = 2 ] || echo "--port $port: $code, $(cat message)"
done
