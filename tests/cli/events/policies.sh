#!/bin/bash
# The policies decide what an owner would be told.
for policy in '--attach-on accept' '--attach-on request' '--detach-on connection'; do
    wmclients events $policy --time relative "$CAPTURES/vlc-mixed" | tail -n +2 | awk '{print $2}' | sort | uniq -c
done
