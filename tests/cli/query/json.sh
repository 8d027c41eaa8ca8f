#!/bin/bash
wmclients query GetClientCount --at +3 --json "$CAPTURES/vlc-mixed"
wmclients query GetClientProperties 0 --at +3 --json "$CAPTURES/vlc-mixed"
wmclients query GetClientInfo 0 --at +3 --json "$CAPTURES/vlc-mixed"
wmclients query GetClientInfo 0 --at +3 --json --cch 5,6,1 "$CAPTURES/vlc-mixed"
wmclients query GetClientInfo 0 --at +3 --json --null address,cch_dns "$CAPTURES/vlc-mixed"
