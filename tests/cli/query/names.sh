#!/bin/bash
# The DNS name of the instant.
wmclients query GetClientInfo 0 --at +5 "$CAPTURES/dns-names"
wmclients query GetClientInfo 0 --at +5 --cch 11,6,15 "$CAPTURES/dns-names"
