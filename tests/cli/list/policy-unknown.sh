#!/bin/bash
wmclients list --attach-on syn a.pcap
[ $? = 2 ] || exit 1
wmclients list --detach-on never a.pcap
