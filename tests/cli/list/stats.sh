#!/bin/bash
# What is zero is left out; a group without anything says so.
wmclients list --stats "$CAPTURES/errors-browsers" | sed '1,/^capture/{/^capture/!d}'
