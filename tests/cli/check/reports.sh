#!/bin/bash
# Several reports of one run; files are written whole.
wmclients check --rule http.request.version,http.request.cache-control --report junit=- --report tap=tap --report github=github \
    --report json=json --report sarif=sarif "$CAPTURES/vlc-churn/vlc-churn.pcap.xz" | tail -n 3
head -n 10 tap
sed -n 1p github
jq -c '.summary' json
jq -c '.version, .runs[0].results[0].ruleId' sarif
ls
