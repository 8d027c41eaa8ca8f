#!/bin/bash
# A report for CI: what differs is a failed test.
wmclients diff --format junit --tolerance 0.005 "$CAPTURES/serve-churn" "$CAPTURES/serve-churn/sink.jsonl" > report.xml
echo "exit $?"
/usr/bin/python3 -c '
import xml.etree.ElementTree as tree
suite = tree.parse("report.xml").getroot()
print(suite.attrib)
for case in suite:
    print(case.attrib["name"], [(child.tag, (child.text or "").strip()) for child in case])'
