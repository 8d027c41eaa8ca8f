#!/bin/bash
wmclients list --format xml "$CAPTURES/vlc-mixed"
