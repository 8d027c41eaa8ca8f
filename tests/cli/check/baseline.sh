#!/bin/bash
# Known findings do not fail the run, new ones do, and those that are gone are named.
capture=$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz
check() { wmclients check --baseline known.json --rule http.request.cache-control "$@" "$capture"; echo "exit $?"; }
check --update-baseline
cat known.json
check
jq '.findings[0].party = "NSPlayer/9.0" | .findings[0].rule = "http.request.gone"' known.json >other.json && mv other.json known.json
check
echo '{}' >known.json
check
wmclients check --update-baseline "$capture"
echo "exit $?"
