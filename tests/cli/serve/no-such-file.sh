#!/bin/bash
# A source that cannot be sent is told before the port is opened.
wmclients serve --port 0 no-such.wmv
echo $?
printf 'RIFF....AVI LIST' > film.avi
wmclients serve --port 0 film.avi
echo $?
: > empty.wmv
wmclients serve --port 0 empty.wmv
echo $?
