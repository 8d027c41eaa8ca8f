#!/bin/bash
# A file sent once ends by itself; the log goes to standard output, the URL to standard error.
wmclients serve --port 0 --bind 127.0.0.1 --host sink.example --once "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" > log 2> url
echo "$?"
sed 's|:[0-9]*/$|:PORT/|' url
head -n 1 log
tail -n 1 log
