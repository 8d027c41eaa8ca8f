#!/bin/bash
for method in GetClientCount 'GetClientProperties 0' 'GetClientInfo 0'; do
    wmclients query $method --at +5 "$CAPTURES/two-sinks"
    echo $?
    wmclients query $method --at +5 --sink :8081 "$CAPTURES/two-sinks"
    echo $?
done
