"""What the programs of this folder share: the compile database, findings, and the lines that tests/run reads."""

import collections
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SEEDED = pathlib.Path(__file__).resolve().parent / "seeded"
JOBS = os.cpu_count() or 1

Finding = collections.namedtuple("Finding", "file line check text")

# FILE:LINE:COLUMN: SEVERITY: TEXT [CHECK,…], which both tools print. Notes belong to the finding above them.
LINE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):\d+: (?P<severity>[a-z ]+): (?P<text>.*) \[(?P<checks>[^\]\s]+)\]$")


def findings_of(output):
    """The findings in a tool's output, each once: a header is seen by several units. Names of files are relative to the checkout."""
    found = {}
    for line in output.splitlines():
        match = LINE.match(line)
        if match and match["severity"] != "note":
            file = os.path.relpath(os.path.join(TOP, match["file"]), TOP)
            found[Finding(file, int(match["line"]), match["checks"], match["text"])] = None
    return list(found)


def configure(name, *settings):
    """Configures lib/ and cli/ in build/analysis/NAME, and returns the entries of its compile database: (file, directory, arguments)."""
    folder = TOP / "build" / "analysis" / name
    done = subprocess.run(
        ["cmake", "-S", TOP, "-B", folder, "-G", "Ninja", "-DCMAKE_CXX_COMPILER_LAUNCHER=", "-DBUILD_TESTING=OFF", *settings],
        capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}failed: configure: cmake has failed\n0 passed, 1 failed, 0 skipped")
    entries = json.loads((folder / "compile_commands.json").read_text())
    return [(pathlib.Path(entry["file"]), entry["directory"], shlex.split(entry["command"])) for entry in entries]


def expected_of(tool):
    """What `tool` must find in the files of seeded/: pairs of line and check, as comments "TOOL: CHECK" there tell."""
    expected = set()
    for path in sorted(SEEDED.rglob("*.?pp")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for check in re.findall(rf"// {tool}: (\S+)", line):
                expected.add((str(path.relative_to(TOP)), number, check))
    return expected


def judge_seeded(tool, findings):
    """Lines "failed: …": whether a tool as it was called here finds what is wrong in the files of seeded/."""
    expected = expected_of(tool)
    found = {(finding.file, finding.line, check) for finding in findings for check in finding.check.split(",")}
    return ([f"failed: seeded: {tool} does not find {check} in {file}:{line}" for file, line, check in sorted(expected - found)]
            + [f"failed: seeded: {tool} finds {check} in {file}:{line}, where it is not expected"
               for file, line, check in sorted(found - expected)])


def end(files, findings, seeded):
    """Prints the findings and the results: of each of `files` and each other file with findings, and of the lines of judge_seeded()."""
    by_file = collections.defaultdict(list)
    for finding in sorted(findings):
        print(f"{finding.file}:{finding.line}: {finding.text} [{finding.check}]")
        by_file[finding.file].append(finding)
    for file, (first, *others) in by_file.items():
        print(f"failed: {file}: line {first.line}: {first.check}{f', and {len(others)} more' if others else ''}")
    print(*seeded, sep="\n", end="\n" if seeded else "")
    good = {os.path.relpath(file, TOP) for file in files} - by_file.keys()
    failed = len(by_file) + (1 if seeded else 0)
    print(f"{len(good) + (0 if seeded else 1)} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
