#!/bin/bash
wmclients serve --port 0 --bind 127.0.0.1 --log /dev/full "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" 2> message
echo "$?"
tail -n 1 message
wmclients serve --port 0 --bind 127.0.0.1 --log no/such/folder "$WMCLIENTS_TOP/tests/cli/serve/audio.wma"
echo "$?"
