#!/bin/bash
for lengths in 1 1,2 1,2,3,4 1,2,x -1,2,3 1,,3 4294967296,1,1 ''; do
    wmclients query GetClientInfo 0 --cch="$lengths" "$CAPTURES/client-side-only" > /dev/null 2> message
    code=$?
    [ $code = 2 ] || echo "--cch=$lengths: $code, $(cat message)"
done
