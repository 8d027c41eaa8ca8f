#!/bin/bash
# What it is instead is told, as far as it can be known.
echo '<html>' > page.html
: > empty
head -c 1000 /dev/zero > zeros
gzip -c page.html > page.html.gz
wmclients list page.html
echo $?
wmclients list empty
echo $?
wmclients list zeros
echo $?
wmclients list page.html.gz
echo $?
