#!/bin/bash
for command in list 'info --index 0' events connections 'query GetClientCount'; do
    wmclients $command
    echo $?
done
