#!/bin/bash
# A report for CI: a case is a test.
contract=$WMCLIENTS_TOP/tests/cli/diff/contract.json
wmclients diff --contract "$contract" --format junit > report.xml
echo "exit $?"
/usr/bin/python3 -c '
import xml.etree.ElementTree as tree
suite = tree.parse("report.xml").getroot()
print(suite.attrib["name"])
for case in suite:
    if case.attrib["name"] in ("open.ipv6", "events.name-at-connect", "clients.order"):
        print(case.attrib["name"], [(child.tag, (child.text or "").strip()) for child in case])'
