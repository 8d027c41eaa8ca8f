#!/bin/bash
# Without --at it answers at the last packet, and says so.
wmclients query GetClientCount "$CAPTURES/vlc-mixed"
