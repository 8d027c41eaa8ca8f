#!/bin/bash
# Before anything is read, and a comma too many is not passed over.
wmclients query GetClientInfo 0 --cch 16,6,1, no-such-file
echo $?
