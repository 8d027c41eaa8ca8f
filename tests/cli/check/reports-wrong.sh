#!/bin/bash
for report in xml=- json= json; do
    wmclients check --report tap --report "$report" "$CAPTURES/vlc-mixed"
    echo "exit $?"
done
wmclients check --report json=no/such/folder/x --rule http.request.version "$CAPTURES/vlc-mixed"
echo "exit $?"
