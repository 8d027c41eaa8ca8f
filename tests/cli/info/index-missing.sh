#!/bin/bash
wmclients info "$CAPTURES/vlc-mixed"
