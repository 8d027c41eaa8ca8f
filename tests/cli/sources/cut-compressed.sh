#!/bin/bash
# Every compressor: what was decompressed before the end is shown. (lz4 with small blocks; they are all or nothing.)
xz -dc "$CAPTURES"/two-sinks/*.pcap.xz > whole.pcap
for compressor in gzip zstd xz bzip2 'lz4 -B4'; do
    $compressor -qc whole.pcap > whole 2> message
    head -c $(($(stat -c %s whole) * 4 / 5)) whole > part
    wmclients list part > output 2> message
    echo "$compressor: $? $(grep -c NSPlayer output)"
    grep -q '^wmclients: part: its compressed data is cut or damaged' message || cat message
done
