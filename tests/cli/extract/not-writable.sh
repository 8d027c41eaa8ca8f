#!/bin/bash
# A full disk, a folder that is not there, a file in a folder's place: exit code 4, and nothing is left.
one() { # ARGUMENTS
    wmclients extract "$@" "$CAPTURES/vlc-mixed"
    echo "exit code $?"
}
one --index 0 -o /dev/full
one --index 0 -o no/out.asf
touch file
one --all file/streams
one --index 0 -o .
wmclients extract --index 0 -o - "$CAPTURES/vlc-mixed" > /dev/full
echo "exit code $?"
echo old > old.asf
# The files in which a build counts the lines that run are too long then, too; their complaint is none of the program's.
{ (ulimit -f 100; trap '' XFSZ; one --index 0 -o old.asf; one --all streams) 2>&1 >&3 | grep -v '^libgcov profiling error' >&2; } 3>&1
head -c 20 old.asf
ls -R
