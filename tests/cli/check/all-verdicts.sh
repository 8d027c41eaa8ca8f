#!/bin/bash
# What passed and what was not applicable, too.
wmclients check --all --rule 'http.request.m*,http.request.ntlm*' "$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz"
