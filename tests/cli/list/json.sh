#!/bin/bash
# The document for machines. Its shape is tested in tests/schemas.py, its values in tests/captures.py.
wmclients list --format json "$CAPTURES/vlc-mixed"
