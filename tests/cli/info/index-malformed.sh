#!/bin/bash
for index in x -1 +1 1.0 0x1 '1 ' ' 1' 1,2 18446744073709551616; do
    wmclients info --index="$index" no-such-file.pcap 2> message
    code=$?
    grep -q '^wmclients: --index .*: not an index' message && [ $code = 2 ] || echo "--index=$index: $code, $(cat message)"
done
