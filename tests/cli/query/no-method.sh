#!/bin/bash
wmclients query
echo $?
wmclients query GetClientName 0 "$CAPTURES/vlc-mixed"
echo $?
