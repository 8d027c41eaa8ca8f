#!/bin/bash
# Bold on a terminal; not with NO_COLOR, but for an empty one (https://no-color.org).
command -v script > /dev/null || { echo "needs script (util-linux)" >&2; exit 77; }
command="wmclients info --index 0 $CAPTURES/vlc-mixed"
coloured() { script -qec "$command" /dev/null < /dev/null | grep -c "$(printf '\033')"; }
[ "$(coloured)" -gt 3 ] || echo "no colours on a terminal"
export NO_COLOR=1
[ "$(coloured)" = 0 ] || echo "colours with NO_COLOR"
export NO_COLOR=
[ "$(coloured)" -gt 3 ] || echo "no colours with an empty NO_COLOR"
unset NO_COLOR
# Without the escape sequences it is the same text.
script -qec "$command" /dev/null < /dev/null | sed 's/\x1b\[[0-9;]*m//g; s/\r$//' > terminal
$command | diff - terminal
