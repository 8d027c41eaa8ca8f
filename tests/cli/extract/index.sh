#!/bin/bash
# One client: a file, and what is in it is told; the same for every client, by name.
wmclients extract --index 2 -o client.asf "$CAPTURES/vlc-mixed"
wmclients extract --index 0 --sink 10.78.0.1:8081 -o other.asf "$CAPTURES/two-sinks"
ls
