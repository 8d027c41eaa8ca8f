#!/usr/bin/python3
"""Compares what wmclients finds in the recordings with what is true of them.

    captures.py PROGRAM [--jobs N] [NAME...]

For every folder of captures/ (or those named) it runs `PROGRAM list --format json FOLDER`, which must exit 0, and compares
the output with the folder's expect.json by the rules of captures/README.md ("How expect.json is read"). Where that names
verdicts of `check`, `PROGRAM check FOLDER` must find those, and no fail that is not among them. Standard library only.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

CAPTURES = pathlib.Path(__file__).resolve().parent.parent / "captures"
TIMEOUT = 300  # seconds a folder; the slowest takes well under one


def differences(expected, found, where=""):
    """Yields a line for every place where `found` is not what `expected` wants."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            yield f"{where or 'the document'}: expected an object, found {json.dumps(found)}"
            return
        for key, value in expected.items():
            path = f"{where}.{key}" if where else key
            if key not in found:
                yield f"{path}: expected {json.dumps(value)}, but the key is not there"
            else:
                yield from differences(value, found[key], path)
    elif isinstance(expected, list):
        if not isinstance(found, list):
            yield f"{where}: expected an array, found {json.dumps(found)}"
            return
        if len(expected) != len(found):
            yield f"{where}: expected {len(expected)} elements, found {len(found)}"
        for index, (left, right) in enumerate(zip(expected, found)):
            yield from differences(left, right, f"{where}[{index}]")
    elif type(expected) is not type(found) or expected != found:  # true is not 1
        yield f"{where}: expected {json.dumps(expected)}, found {json.dumps(found)}"


def check(program, folder):
    """Returns the list of complaints about one folder."""
    expected = json.loads((folder / "expect.json").read_text())
    verdicts = expected.pop("check", None)
    command = [program, "list", "--format", "json", str(folder)]
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return [f"no end within {TIMEOUT} s"]
    errors = run.stderr.decode(errors="replace").strip()
    complaints = []
    if run.returncode != 0:
        complaints.append(f"exit code {run.returncode}; standard error: {errors or '(empty)'}")
    try:
        found = json.loads(run.stdout)
    except ValueError as error:
        return complaints + [f"the output is not JSON: {error}"]
    complaints += differences(expected, found)
    if verdicts is not None:
        run = subprocess.run([program, "check", str(folder)], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
        if run.returncode != 0:
            complaints.append(f"check: exit code {run.returncode}")
            complaints += ["check: " + line for line in run.stdout.decode(errors="replace").splitlines()]
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    folders = sorted(path for path in CAPTURES.iterdir() if path.is_dir())
    if options.names:
        unknown = set(options.names) - {folder.name for folder in folders}
        if unknown:
            parser.error("no such folder in captures/: " + ", ".join(sorted(unknown)))
        folders = [folder for folder in folders if folder.name in options.names]

    passed = failed = 0
    program = os.path.abspath(options.program)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        def checked(folder):
            if not (folder / "expect.json").exists():
                return ["there is no expect.json"]
            return check(program, folder)
        for folder, complaints in zip(folders, pool.map(checked, folders)):
            if not complaints:
                passed += 1
                continue
            failed += 1
            for line in complaints[:40]:
                print(f"  {folder.name}: {line}")
            if len(complaints) > 40:
                print(f"  {folder.name}: and {len(complaints) - 40} more")
            print(f"failed: {folder.name}: {len(complaints)} difference(s) from expect.json; first: {complaints[0]}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
