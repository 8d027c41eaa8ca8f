#!/bin/bash
for command in list 'info --index 0' events connections 'query GetClientCount' 'query GetClientInfo 0'; do
    wmclients $command no-such-file.pcap
    echo $?
done
