#!/bin/bash
printf '10.78.0.11 desk\nnobody at home\n' > hosts
wmclients list --hosts hosts "$CAPTURES/vlc-mixed"
