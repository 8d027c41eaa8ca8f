#!/bin/bash
# The names that were known at the instant, as time goes by.
for at in +1.6 +5 +12; do
    wmclients list --at $at --fields address,dns_name,dns_source "$CAPTURES/dns-names"
done
