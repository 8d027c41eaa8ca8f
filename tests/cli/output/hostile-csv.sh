#!/bin/bash
# Nothing that a spreadsheet would compute, in no column, quoted or not.
"$WMCLIENTS_TOP/tests/cli/make_hostile" > hostile.pcap || exit
wmclients list --format csv --fields user_agent,client_guid,client_id hostile.pcap > output.csv
python3 -c '
import csv
for row in csv.reader(open("output.csv", newline="", encoding="utf-8")):
    print(row)
    assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row), row'
