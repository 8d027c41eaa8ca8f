#!/bin/bash
# Every client of every sink, into a folder that is made; the file of --index is the same.
wmclients extract --all streams/of "$CAPTURES/two-sinks"
(cd streams/of && ls)
wmclients extract --index 1 --port 8081 -o one.asf "$CAPTURES/two-sinks" 2> message
cmp one.asf streams/of/8081-1-10.78.0.22-58118.asf
