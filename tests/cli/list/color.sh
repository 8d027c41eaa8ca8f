#!/bin/bash
# Bold titles and a colour for ends in trouble: on a terminal, or if they are asked for; never in what programs read.
export TERM=xterm
on_a_terminal() { script -qec "wmclients $*" /dev/null | tr -d '\r'; }
marks() { grep -c $'\x1b' || :; }

wmclients list --color always --fields index,end_reason,state "$CAPTURES/vlc-churn" | head -n 6 | cat -v
wmclients list --color always "$CAPTURES/vlc-churn" >marked
sed 's/\x1b\[[0-9]*m//g' marked | cmp - <(wmclients list "$CAPTURES/vlc-churn") && echo "the same words"
grep -o $'\x1b\\[31m[^\x1b]*' marked | sort | uniq -c | cat -v
echo "events: $(wmclients events --color always "$CAPTURES/vlc-churn" | marks)," \
    "connections: $(wmclients connections --color always "$CAPTURES/errors-browsers" | marks)"
echo "a pipe: $(wmclients list "$CAPTURES/vlc-churn" | marks)"
echo "a terminal: $(on_a_terminal list "$CAPTURES/vlc-churn" | marks)"
echo "a terminal, never: $(on_a_terminal list --color never "$CAPTURES/vlc-churn" | marks)"
echo "a terminal, NO_COLOR: $(NO_COLOR=1 on_a_terminal list "$CAPTURES/vlc-churn" | marks)"
echo "a terminal, TERM=dumb: $(TERM=dumb on_a_terminal list "$CAPTURES/vlc-churn" | marks)"
echo "asked for, NO_COLOR: $(NO_COLOR=1 wmclients list --color always "$CAPTURES/vlc-churn" | marks)"
for format in json jsonl csv; do
    echo "$format: $(wmclients list --format $format --color always "$CAPTURES/vlc-churn" | marks)"
done
