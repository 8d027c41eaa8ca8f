#!/bin/bash
wmclients list --time gmt "$CAPTURES/vlc-mixed"
