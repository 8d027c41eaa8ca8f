#!/bin/sh
# The first call builds, the second does not; arguments, input, exit code and working directory are the caller's,
# also through a symbolic link.
. "$WMCLIENTS_TOP/tests/cli/bootstrap/fixture"
mkdir elsewhere
ln -s ../tree/wmclients elsewhere/link
cd elsewhere
echo input | ./link list "a b" 2>../stderr || echo "exit code $?"
echo input | ../tree/wmclients again || echo "exit code $?"
cat ../stderr ../calls >&2
