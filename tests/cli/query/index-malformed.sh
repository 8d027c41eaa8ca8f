#!/bin/bash
for index in x 1.0 0x 4294967296 0x100000000 '' ' 1' 1x; do
    wmclients query GetClientInfo "$index" no-such-file.pcap 2> message
    code=$?
    grep -q '^wmclients: INDEX .*: not a DWORD' message && [ $code = 2 ] || echo "INDEX '$index': $code, $(cat message)"
done
