#!/bin/bash
# A name known before the attach stands with it; a later one is an event of its own.
wmclients events --time relative "$CAPTURES/dns-names"
