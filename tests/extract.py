#!/usr/bin/python3
"""Extracts every client of the recordings, and looks at the files with other eyes than those of wmclients.

    extract.py PROGRAM [--jobs N] [NAME...]

For every folder of captures/ (or those named): the rows of `extract --all` are those of `list`, with its counters; every file is whole for
tests/e2e/asf.py, which shares no code with wmclients, and its header has the figures of what is in it; ffprobe and ffmpeg accept it; and
the packets of `extract --all --pcap` read back as exactly that row. ffmpeg decodes some files of each folder, and with WMCLIENTS_TIER=full all.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS / "e2e"))
import asf  # noqa: E402

CAPTURES = TESTS.parent / "captures"
TIMEOUT = 300  # seconds a program; the slowest takes a few
DECODED = None if os.environ.get("WMCLIENTS_TIER", "short") != "short" else 3  # files of a folder

# What decoders say of a stream that begins in the middle, as live ones do.
ABOUT_THE_MIDDLE = ("first frame is no keyframe",)


def run(*argv):
    """(exit code, standard output, standard error)"""
    done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def rows_of(program, source):
    """{(sink's port, index): (row, number of its sink)} of `list`."""
    code, out, said = run(program, "list", "--format", "json", source)
    if code != 0:
        raise ValueError(f"list {source}: exit code {code}: {said.strip()}")
    return {(sink["port"], row["index"]): row for sink in json.loads(out)["sinks"] for row in sink["clients"]}


def properties(header):
    """(File Size, Data Packets Count, Play Duration, Send Duration, preroll, flags) of a header."""
    for guid, at, _ in asf.objects(header):
        if guid == asf.FILE_PROPERTIES:
            return tuple(asf.number(header, at + field, size) for field, size in ((40, 8), (56, 8), (64, 8), (72, 8), (80, 8), (88, 4)))
    raise ValueError("no File Properties")


def about_file(path, told):
    """Yields what is wrong with a file that nothing is missing from."""
    file = asf.File(path)
    size, count, play, send, preroll, flags = properties(file.header)
    data_size = asf.number(file.header, asf.number(file.header, 16, 8) + 16, 8)
    if size != path.stat().st_size or size != told["bytes"]:
        yield f"File Size {size} of {path.stat().st_size} bytes, {told['bytes']} told"
    if count != len(file.packets) or count != told["data_packets"]:
        yield f"{count} packets in the header, {len(file.packets)} in the file, {told['data_packets']} told"
    if data_size != 50 + count * file.packet_size:
        yield f"a Data Object of {data_size} bytes"
    if flags & 1:
        yield "the Broadcast flag is set"
    if bool(flags & 2) != (list(file.streams.values()) == ["audio"]):
        yield f"Seekable is {bool(flags & 2)} with {len(file.streams)} streams"
    sent = max(packet.send_time + packet.duration for packet in file.packets) - file.packets[0].send_time
    if send != sent * 10_000:
        yield f"Send Duration {send}, the packets say {sent} ms"
    times = [payload.time for packet in file.packets for payload in packet.payloads]
    played = max(payload.time + packet.duration for packet in file.packets for payload in packet.payloads) - min(times)
    if play != (played + preroll) * 10_000 or abs(told["duration_seconds"] * 1000 - played) > 1e-6:
        yield f"Play Duration {play}, the payloads say {played} ms and {preroll} ms preroll; {told['duration_seconds']} s told"


def about_decoding(path):
    code, out, said = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path)
    if code != 0 or said.strip() or not float(out) > 0:
        yield f"ffprobe: exit code {code}: {out.strip()} {said.strip()}"
    code, _, said = run("ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "null", "-")
    lines = [line for line in said.splitlines() if not any(known in line for known in ABOUT_THE_MIDDLE)]
    if code != 0 or lines:
        yield f"ffmpeg: exit code {code}: {'; '.join(lines[:3])}"


def about_streams(program, folder, scratch, rows):
    code, out, said = run(program, "extract", "--all", scratch, "--format", "json", folder)
    clients = json.loads(out)["clients"]
    if (code, said) != (0 if any(client["files"] for client in clients) else 1, ""):
        yield f"extract: exit code {code}: {said.strip()}"
    if [(client["sink_port"], client["index"]) for client in clients] != list(rows):
        yield "extract has other rows than list"
        return
    written = set()
    decoded = 0
    for client in clients:
        row = rows[client["sink_port"], client["index"]]
        where = f"{client['sink_port']}-{client['index']}"
        if (client["address"], client["port"]) != (row["address"], row["port"]):
            yield f"{where}: is {client['address']}:{client['port']}, and in list {row['address']}:{row['port']}"
        if row["data_packets"] is not None:
            for name in ("data_packets", "damaged_packets", "cut_packets", "gap_bytes"):
                if client[name] != row[name]:
                    yield f"{where}: {name} {client[name]}, in list {row[name]}"
        if client["exact"] and not (row["exact"] and client["files"]):
            yield f"{where}: exact, and in list it is not"
        if not client["exact"] and row["exact"] and row["data_packets"]:
            yield f"{where}: not exact, though list has counted all"
        for told in client["files"]:
            path = pathlib.Path(told["name"])
            written.add(path.name)
            if client["exact"]:
                yield from (f"{path.name}: {what}" for what in about_file(path, told))
                if DECODED is None or decoded < DECODED:
                    decoded += 1
                    yield from (f"{path.name}: {what}" for what in about_decoding(path))
    if written != {path.name for path in scratch.iterdir()}:
        yield f"{len(written)} files are told, {len(list(scratch.iterdir()))} are there"


def about_packets(program, folder, scratch, rows):
    code, out, said = run(program, "extract", "--all", scratch, "--pcap", "--format", "json", folder)
    if (code, said) != (0, ""):
        yield f"extract --pcap: exit code {code}: {said.strip()}"
    of_others = {"index", "dns_name", "dns_source"}  # by the other rows, and by datagrams
    for client in json.loads(out)["clients"]:
        row = rows[client["sink_port"], client["index"]]
        name = client["files"][0]["name"]
        alike = [other for (port, _), other in rows.items() if (port, other["address"], other["port"], other["local_address"])
                 == (client["sink_port"], row["address"], row["port"], row["local_address"])]
        found = list(rows_of(program, name).values())
        if len(found) != 1 and len(found) != len(alike):
            yield f"{pathlib.Path(name).name}: reads back as {len(found)} rows"
            continue
        for key in row.keys() - of_others:
            if len(alike) == 1 and row[key] != found[0][key]:
                yield f"{pathlib.Path(name).name}: {key} reads back as {found[0][key]!r}, it was {row[key]!r}"


def check(program, folder):
    complaints = []
    with tempfile.TemporaryDirectory(prefix="wmclients-extract-") as scratch:
        try:
            rows = rows_of(program, folder)
            for part, about in (("streams", about_streams), ("packets", about_packets)):
                where = pathlib.Path(scratch) / part
                where.mkdir()
                complaints += about(program, folder, where, rows)
        except (ValueError, KeyError, subprocess.TimeoutExpired) as error:
            complaints.append(f"{type(error).__name__}: {error}")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    folders = [path for path in sorted(CAPTURES.iterdir()) if path.is_dir() and (not options.names or path.name in options.names)]
    if missing := [tool for tool in ("ffmpeg", "ffprobe") if not shutil.which(tool)]:
        print("\n".join(f"skipped: {folder.name}: {' and '.join(missing)} is not installed" for folder in folders))
        print(f"0 passed, 0 failed, {len(folders)} skipped")
        return 0
    passed = failed = 0
    program = os.path.abspath(options.program)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for folder, complaints in zip(folders, pool.map(lambda folder: check(program, folder), folders)):
            if not complaints:
                passed += 1
                continue
            failed += 1
            for line in complaints[:20]:
                print(f"  {folder.name}: {line}")
            print(f"failed: {folder.name}: {len(complaints)} complaint(s); first: {complaints[0]}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
