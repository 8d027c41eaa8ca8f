#!/bin/bash
# Nothing of the server's side; no such client; no sink. No file is left.
for call in "--index 0 -o out.asf $CAPTURES/client-side-only" "--index 9 -o out.asf $CAPTURES/vlc-mixed" \
    "--all streams --port 80 $CAPTURES/vlc-mixed"; do
    wmclients extract $call
    echo "exit code $?"
done
wmclients extract --index 0 --format json -o out.asf "$CAPTURES/client-side-only" | jq -c '.clients[]'
ls
