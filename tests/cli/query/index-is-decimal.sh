#!/bin/bash
# 08 and 010 are eight and ten; 0x8 is hexadecimal.
for index in 01 0001 0x1 0X01 08 010 0xFFFFFFFF 4294967295; do
    wmclients query GetClientInfo $index --at +3 --json "$CAPTURES/vlc-mixed" | cut -d, -f1-4
done
