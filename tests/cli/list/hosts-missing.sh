#!/bin/bash
wmclients list --hosts no-such-file "$CAPTURES/vlc-mixed"
