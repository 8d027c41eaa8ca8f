#!/bin/bash
# Printable text stays as it is, all else is shown as what it is.
"$WMCLIENTS_TOP/tests/cli/make_hostile" > hostile.pcap || exit
wmclients list hostile.pcap
wmclients events hostile.pcap
wmclients connections hostile.pcap
