#!/bin/bash
# Names of files are text from others, too.
wmclients list "$(printf 'no\033[31m\nsuch.pcap')"
