#!/bin/bash
# An event log from a pipe is no different.
wmclients events --format jsonl "$CAPTURES/vlc-churn" | head -c 50000 > log
"$WMCLIENTS_TOP/tests/cli/interrupt_when_idle.py" log wmclients list --fields index,address --events - > output
code=$?
grep -q '^  *[0-9]* *10\.' output || echo "no client is shown"
exit $code
