"""What each format may not have, whatever stands in it: every function yields what is wrong with one output."""

import base64
import csv
import io
import json
import re
import shlex
import unicodedata
import xml.etree.ElementTree

# The runner of GitHub Actions takes "::command …::" at the beginning of a line (blanks before it do not count) and "##[command]"
# anywhere (actions/runner, ActionCommand.cs); Azure Pipelines "##vso[…]" anywhere; TeamCity "##teamcity[…]".
COMMAND = re.compile(r"^\s*::|##", re.MULTILINE)

# Columns of tables whose cells begin where their title does.
LEFT = {"ADDRESS", "DNS NAME", "PLAYER", "ATTACHED", "STATE", "TIME", "EVENT", "CLIENT", "SINK", "DETAIL", "FIRST PACKET", "CLASS",
        "REQUEST", "WHY", "WHAT", "WHEN", "A", "B", "CASE", "FIELD", "OURS", "THEIRS", "INTERFACE", "FLAGS", "ADDRESSES", "DESCRIPTION"}


def is_hidden(character):
    """A control, a character that changes what is seen without being seen, or none at all."""
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") or ord(character) & 0xFFFE == 0xFFFE \
        or 0xFDD0 <= ord(character) <= 0xFDEF


HIDDEN = re.compile("[" + "".join(re.escape(character) for character in map(chr, range(0x110000)) if is_hidden(character)) + "]")


def columns_of(character):
    """The columns that a terminal gives to it: UAX #11, and none for marks and the middle and end of Hangul syllables."""
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text):
    return sum(map(columns_of, text))


def plain(raw, line_end="\n"):
    """For everything but annotations."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        yield f"malformed UTF-8 at byte {error.start}"
        return
    if found := HIDDEN.search(text.replace(line_end, "")):
        yield f"U+{ord(found[0]):04X} in {text!r:.300}"
    if found := COMMAND.search(text):
        yield f"a command to a CI log: {text[found.start():][:80]!r}"


def table(raw):
    """Plain text with tables: below a line of titles, columns begin where the titles do."""
    yield from plain(raw)
    starts = []
    for line in raw.decode(errors="replace").split("\n"):
        titles = [(found.start(), found[0]) for found in re.finditer(r"\S+(?: \S+)*", line)]
        if len(titles) > 2 and all(title in LEFT or title.isupper() or title == "#" or title in FIELDS for _, title in titles):
            starts = [start for start, title in titles if title in LEFT or title in FIELDS]
        elif line.startswith("not checked: "):
            starts = []
        elif line.startswith("  ") or starts and re.match(r"\S.*  ", line):
            cells = "".join(character + "\0" * (columns_of(character) - 1) for character in line if columns_of(character))
            for start in starts:
                if start > 2 and cells[start - 2:start].strip(" ") and cells[start - 1:start] != "":
                    yield f"a cell beyond its column {start}: {line!r:.400}"
                    return
        else:
            starts = []


def coloured(raw):
    """A table in which bold and red begin and end within a line, and nothing else is told to the terminal."""
    style = rb"\x1b\[(?:1|31)m([^\x1b\n]*)\x1b\[0m"
    if not re.search(style, raw):
        yield "nothing is bold or red"
    yield from table(re.sub(style, rb"\1", raw))


FIELDS = set()  # of --fields, which are titles, too


def stderr(raw):
    yield from plain(raw)
    for line in raw.decode(errors="replace").splitlines():
        if not line.startswith(("wmclients: ", "  ")):
            yield f"not a message: {line!r:.200}"


def document(raw):
    """One JSON document, in ASCII."""
    yield from plain(raw)
    try:
        json.loads(raw.decode("ascii"))
    except ValueError as error:
        yield f"not JSON in ASCII: {error}"


def lines(raw):
    """JSON Lines."""
    yield from plain(raw)
    for line in raw.split(b"\n")[:-1]:
        yield from document(line)


def sheet(raw):
    """CSV that no spreadsheet takes for formulas, with commas, semicolons (as many countries have it) or tabs between cells."""
    yield from plain(raw, "\r\n")
    rows = list(csv.reader(io.StringIO(raw.decode(errors="replace"), newline=""), strict=True))
    if len({len(row) for row in rows}) > 1:
        yield f"rows of {sorted({len(row) for row in rows})} cells"
    for row in rows:
        for cell in row:
            for part in re.split(r"[;\t]", cell):
                if part.strip(" \u00a0\u3000\"").startswith(tuple("=+-@\t\r＝＋－＠")):
                    yield f"a formula: {cell!r:.200}"
                    return


def junit(raw):
    yield from plain(raw)
    try:
        root = xml.etree.ElementTree.fromstring(raw)
    except xml.etree.ElementTree.ParseError as error:
        yield f"not XML: {error}"
        return
    if strange := {element.tag for element in root.iter()} - {"testsuite", "testcase", "skipped", "failure"}:
        yield f"elements {strange}"
    if len(root) != int(root.get("tests")):
        yield f"{len(root)} tests, not {root.get('tests')}"
    if b"<!" in raw:
        yield "a declaration"


def sarif(raw):
    """Placeholders and links of messages: SARIF 2.1.0, sections 3.11.5 and 3.11.6."""
    yield from document(raw)
    for result in json.loads(raw)["runs"][0]["results"]:
        message = result["message"]["text"]
        if re.search(r"[{}]", re.sub(r"{{|}}", "", message)):
            yield f"a placeholder: {message!r:.300}"
        if "](" in message:
            yield f"a link: {message!r:.300}"
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        if not re.fullmatch(r"(?:file:)?(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri):
            yield f"no URI: {uri!r:.200}"


def annotations(raw):
    """Workflow commands of GitHub Actions, read as its runner reads them."""
    for found in plain(raw):
        if not found.startswith("a command"):
            yield found
    for line in raw.decode(errors="replace").split("\n")[:-1]:
        found = re.fullmatch(r"::(error|warning|notice) title=([^:,]*)::(.*)", line)
        if not found:
            yield f"no annotation: {line!r:.200}"
        elif re.search(r"%(?!25)", found[2] + found[3]):
            yield f"what the runner makes something else of: {line!r:.300}"


def tap(raw):
    """TAP 14: a plan, numbered tests, and blocks of YAML whose scalars are quoted."""
    yield from plain(raw)
    number = 0
    text = raw.decode(errors="replace").split("\n")
    if text[0] != "TAP version 14" or text[-2] != f"1..{sum(line.startswith(('ok', 'not ok')) for line in text)}":
        yield "no TAP with a plan"
    for line in text[1:-2]:
        if found := re.fullmatch(r"(?:not )?ok (\d+) - [a-z][a-z0-9.-]*(?: # (?:SKIP [a-z-]+|TODO known))?", line):
            number += 1
            if int(found[1]) != number:
                yield f"a test out of order: {line}"
        elif found := re.fullmatch(r"    (?:- place|  between|  expected|  actual): (.*)|  requirement: (.*)", line):
            try:
                json.loads(found[1] or found[2])  # printable text in double quotes is the same in YAML
            except ValueError:
                yield f"no quoted scalar: {line!r:.200}"
        elif line not in ("  ---", "  evidence:", "  ..."):
            yield f"a line that is none of ours: {line!r:.200}"


def paste(raw):
    """Plain text in which the lines for a shell are one command, ready to paste."""
    yield from table(raw)
    for line in re.findall(r"^ *(tshark .*)$", raw.decode(errors="replace"), re.MULTILINE):
        try:
            words = shlex.split(line)
        except ValueError as error:
            yield f"not for a shell: {line!r:.200}: {error}"
            continue
        if words[-2] != "-Y" or not re.fullmatch(r"[a-z0-9. =&:<>\"TZ-]+", words[-1]) or len(words) not in (3, 5):
            yield f"not one filter: {line!r:.200}"


def metrics(raw):
    """The text format of Prometheus, version 0.0.4."""
    yield from plain(raw)
    for line in raw.decode(errors="replace").split("\n")[:-1]:
        if not line.startswith(("# HELP wmclients_", "# TYPE wmclients_")) \
                and not re.fullmatch(r'wmclients_[a-z_]+(?:{(?:[a-z_]+="[^"\\]*",?)*})? [0-9.e+-]+', line):
            yield f"no metric: {line!r:.200}"


def texts_of(value):
    """Every text of a JSON value, with the bytes of NAME_raw in place of NAME."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith("_raw") and isinstance(inner, str):
                yield base64.b64decode(inner)
            else:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, str):
        yield value.encode("utf-8", "surrogatepass")
