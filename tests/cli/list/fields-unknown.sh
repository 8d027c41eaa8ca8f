#!/bin/bash
# The names that there are are told, before anything is read.
wmclients list --fields index,adress no-such-file.pcap
