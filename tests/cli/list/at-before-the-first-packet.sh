#!/bin/bash
wmclients list --at 2026-11-22T06:19:31.847230999Z "$CAPTURES/vlc-mixed"
