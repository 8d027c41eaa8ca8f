#!/bin/bash
# list, info and query then ask this machine: tests/sockets.
for command in events connections check; do
    wmclients $command
    echo $?
done
