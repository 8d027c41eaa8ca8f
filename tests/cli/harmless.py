#!/usr/bin/python3
"""Complains about what must not be in an output for people or programs.

    harmless.py NAME FILE...

Raw controls but line ends (CRLF in CSV), bidirectional and invisible formatting characters, malformed UTF-8.
"""

import sys
import unicodedata


def complaint(raw):
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"malformed UTF-8 at byte {error.start}"
    for position, character in enumerate(text.replace("\r\n", "\n")):
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Zl", "Zp", "Cs") and character != "\n":
            return f"U+{ord(character):04X} at character {position}"
    return None


name, *files = sys.argv[1:]
for file in files:
    with open(file, "rb") as stream:
        found = complaint(stream.read())
    if found:
        print(f"{name}: {file}: {found}")
