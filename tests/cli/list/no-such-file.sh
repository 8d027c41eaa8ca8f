#!/bin/sh
wmclients list no-such-file.pcap
