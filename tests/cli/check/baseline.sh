#!/bin/bash
# Known findings do not fail the run, new ones do, and those that are gone are named.
capture=$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz
check() { wmclients check --baseline known.json --rule http.request.cache-control "$@" "$capture"; echo "exit $?"; }
check --update-baseline
cat known.json
check
jq '.findings[0].party = "NSPlayer/9.0"' known.json >other.json && mv other.json known.json
check
# Findings of rules that were not judged stay, and are not gone.
wmclients check --baseline known.json --rule pragma.rate.syntax --update-baseline "$capture" | tail -n 1
jq -c '.findings[]' known.json
# What a damaged capture shows is not all.
gunzip -c "$capture" | head -c 100000 >cut.pcap
wmclients check --baseline known.json --rule pragma.rate.syntax --update-baseline cut.pcap | tail -n 1
jq '.findings | length' known.json
echo '{}' >known.json
check
wmclients check --update-baseline "$capture"
echo "exit $?"
