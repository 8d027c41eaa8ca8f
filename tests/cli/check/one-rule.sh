#!/bin/bash
wmclients check --rule http.request.cache-control "$CAPTURES/vlc-mixed/vlc-mixed.pcap.gz"
