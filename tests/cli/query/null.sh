#!/bin/bash
# A NULL buffer asks for the size, whatever its length says; a NULL length is an error.
run() {
    echo "$*"
    wmclients query "$@" --at +3 "$CAPTURES/vlc-mixed"
    echo "-> $?"
}
run GetClientInfo 0 --null address,port,dns
run GetClientInfo 0 --null address,port,dns --cch 0,0,0
run GetClientInfo 0 --null dns
run GetClientInfo 0 --null cch_address
run GetClientInfo 0 --null address,cch_address
run GetClientInfo 9 --null address,port,dns
run GetClientProperties 0 --null properties
run GetClientCount --null count
