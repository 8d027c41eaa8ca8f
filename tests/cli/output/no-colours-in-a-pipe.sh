#!/bin/bash
# Neither escape sequences nor carriage returns, whatever the terminal is said to be.
export TERM=xterm-256color
for command in list 'list --stats' events 'info --index 0' connections 'query GetClientInfo 0 --at +5' --help; do
    case $command in --*) file= ;; *) file=$CAPTURES/vlc-mixed ;; esac
    wmclients $command ${file:+"$file"} 2>&1 | grep -l "$(printf '[\033\r]')" > /dev/null && echo "$command: has control characters"
done
exit 0
