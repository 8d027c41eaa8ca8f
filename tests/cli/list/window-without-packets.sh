#!/bin/bash
wmclients list --from 2027-01-01T00:00:00Z "$CAPTURES/vlc-mixed"
