#!/bin/bash
# RFC 4180: a head line, CRLF, unknown values empty.
wmclients list --format csv "$CAPTURES/vlc-mixed" | sed 's/\r$/<CR>/'
