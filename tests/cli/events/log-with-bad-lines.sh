#!/bin/bash
# A line that is no event is passed over, also a very long one; a type from the future is no damage, neither is an empty line.
wmclients events --format jsonl "$CAPTURES/vlc-mixed" > log
wmclients list --fields index,port "$CAPTURES/vlc-mixed" > whole
sed '5a {"type":"from_the_future","seen_at":"2026-11-22T06:19:32Z"}\n' log > future
wmclients list --fields index,port --events future | diff whole -
check() {
    wmclients list --fields index,port --events "$1" > output 2> message
    echo "$1: $? $(diff whole output > /dev/null && echo all)"
    grep -q "^wmclients: $1: line 6 " message || cat message
}
sed '5a {"type":' log > not-json
check not-json
sed '5a [1,2]' log > no-object
check no-object
sed '5a {"type":"play"}' log > nothing-in-it
check nothing-in-it
{ head -5 log; head -c 3000000 /dev/zero | tr '\0' x; echo; tail -n +6 log; } > long
check long
