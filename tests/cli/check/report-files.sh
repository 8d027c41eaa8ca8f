#!/bin/bash
# A report takes the place of its file when it is whole; what lies beside is left alone, and a link stays a link.
report() {
    wmclients check --report "json=$1" --rule http.request.version "$CAPTURES/vlc-mixed"
    echo "exit $?"
}
echo mine > report.json.part
ln -s victim report.json.part1
mkdir folder
ln -s folder/target.json link.json
report report.json
report link.json
jq -r '.results[].rule' report.json folder/target.json
cat report.json.part
readlink link.json report.json.part1
ls victim 2>/dev/null || echo none
ls | grep part
report /dev/full
