#!/bin/bash
# An endpoint alone; all endpoints of a port; --port.
wmclients list --sink 10.78.0.1:8080 --fields index,address,port "$CAPTURES/vlc-mixed"
wmclients list --sink '[fd78::1]:8080' --fields index,address,port "$CAPTURES/vlc-mixed"
wmclients list --sink '[FD78:0:0::1]:8080' --fields index,address,port "$CAPTURES/vlc-mixed"
wmclients list --sink :8081 --fields index,address,port "$CAPTURES/two-sinks"
wmclients list --port 08081 --fields index,address,port "$CAPTURES/two-sinks"
