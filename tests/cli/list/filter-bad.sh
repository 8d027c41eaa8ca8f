#!/bin/bash
wmclients list --filter 'tcp porr 80' "$CAPTURES/vlc-mixed"
