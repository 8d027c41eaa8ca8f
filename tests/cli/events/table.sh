#!/bin/bash
wmclients events "$CAPTURES/vlc-mixed"
