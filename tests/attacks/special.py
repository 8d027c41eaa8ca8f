"""Attacks that make_attack cannot make alone: compressed files, and a sink that is given hostile ASF files."""

import bz2
import gzip
import lzma
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import time

MIB = 1 << 20
ZEROS = 16 * MIB  # of a member; a file has as many as it takes


class Failure(Exception):
    """Why a test failed."""


class Skip(Exception):
    """Why a test cannot run here."""


def pipe(*command):
    """A compressor that is a program."""
    def compress(data):
        if not shutil.which(command[0]):
            raise Skip(f"{command[0]} is not installed")
        return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
    return compress


COMPRESSORS = {
    "gz": lambda data: gzip.compress(data, 9, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": pipe("zstd", "-q", "-c", "-1"),
    "lz4": pipe("lz4", "-q", "-c"),
}


def bomb(kind, path, size, before, after=b""):
    """`before`, `size` zeros and `after`, compressed; each of these formats allows one stream behind the other."""
    compress = COMPRESSORS[kind]
    member = compress(bytes(ZEROS))
    with open(path, "wb") as file:
        file.write(compress(before))
        for _ in range(size // ZEROS):
            file.write(member)
        if after:
            file.write(compress(after))


PCAP = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
SECTION = struct.pack("<IIIIqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, -1, 28)


def packets(kind, path, size):
    """A pcap file of nothing but packets without a byte."""
    bomb(kind, path, size, PCAP)


def one_block(kind, path, size):
    """A pcapng file of one block that nobody knows."""
    length = size + 12
    bomb(kind, path, size, SECTION + struct.pack("<II", 0x77777777, length), struct.pack("<I", length))


def no_capture(kind, path, size):
    """Zeros alone."""
    bomb(kind, path, size, bytes(16))


def huge_packet(kind, path, size):
    """A packet that claims all of what follows."""
    bomb(kind, path, size, PCAP + struct.pack("<IIII", 0, 0, size, size))


def nested(kind, path, size):
    """Compressed again and again."""
    data = PCAP + bytes(size)
    for _ in range(10):
        data = COMPRESSORS[kind](data)
    path.write_bytes(data)


BOMBS = {  # maker, exit code
    "packets": (packets, 0),
    "one_block": (one_block, 0),
    "no_capture": (no_capture, 3),
    "huge_packet": (huge_packet, 3),
    "nested": (nested, 3),
}
BOMB_MIB = 24  # what a run may take at the most
XZ_MIB = 90  # xz has a dictionary of up to 64 MiB (xz -9)


def try_bomb(tools, name, kind, sizes):
    """Files of several sizes: what they expand to must not be seen in memory. Returns what was measured."""
    maker, expected = BOMBS[name]
    rows = []
    peaks = []
    for size in sizes:
        path = tools.scratch / f"{name}-{size}.{kind}"
        maker(kind, path, size)
        seconds, peak, status = tools.measure(["list", "--stats", "--format", "json", str(path)], path.with_suffix(".out"))
        compressed = path.stat().st_size
        path.unlink()
        if status != expected:
            raise Failure(f"exit status {status} instead of {expected} at {size >> 20} MiB: "
                          f"{path.with_suffix('.stderr').read_text()[-300:]}")
        if peak > (XZ_MIB if kind == "xz" else BOMB_MIB) * MIB:
            raise Failure(f"{peak / MIB:.1f} MiB of memory for {size >> 20} MiB in {compressed} bytes")
        peaks.append(peak)
        rows.append(f"{size >> 20} MiB in {compressed / 1000:.0f} kB: {seconds:.2f} s, {peak / MIB:.0f} MiB")
    if peaks[-1] > peaks[0] * 1.2 + 2 * MIB:
        raise Failure(f"memory grows with what is decompressed: {'; '.join(rows)}")
    return "; ".join(rows)


def try_interrupt(tools):
    """Ctrl-C ends the reading of a bomb that has no packets."""
    path = tools.scratch / "endless.zst"
    bomb("zst", path, 3 << 30, SECTION + struct.pack("<II", 0x77777777, (3 << 30) + 12))
    with subprocess.Popen([tools.program, "list", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(0.3)
        if process.poll() is not None:
            raise Failure("it ended before Ctrl-C")
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        try:
            said = process.communicate(timeout=60)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure("it did not end within 60 s of Ctrl-C") from None
    path.unlink()
    if process.returncode != 130 or "interrupted" not in said:
        raise Failure(f"exit status {process.returncode}, said {said!r}")
    return f"ended {time.monotonic() - begun:.2f} s after Ctrl-C"


def usage_of(process):
    """CPU seconds and peak of memory of a running process, from /proc (proc(5))."""
    folder = pathlib.Path("/proc") / str(process.pid)
    fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    peak = next(int(line.split()[1]) << 10 for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return seconds, peak


SERVE_MIB = 40
SERVE_SECONDS = 2  # how long a sink that can serve is watched, with a player at it
SERVE_CPU = 1.0  # seconds of CPU time that it may take in this time


def try_serve(tools, name, size, refused):
    """`serve` with a hostile file: refused at once with exit status 3, or served without haste."""
    path = tools.make(name, size)
    with subprocess.Popen([tools.program, "serve", "--port", "0", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=dict(os.environ, XDG_RUNTIME_DIR=str(tools.scratch))) as process:
        try:
            if refused:
                said = process.communicate(timeout=60)[1]
                if process.returncode != 3 or path.name not in said:
                    raise Failure(f"exit status {process.returncode} instead of 3, said {said!r}")
                return said.strip().split(": ", 2)[-1]
            port = None
            for line in process.stderr:
                if "mmsh://" in line:
                    port = int(line.split("mmsh://", 1)[1].split("/")[0].rsplit(":", 1)[1])
                    break
            if port is None:
                raise Failure("it does not say where it listens")
            player = subprocess.Popen(["curl", "-sN", "-m", "60", "-o", "/dev/null", "-A", "NSPlayer/9.0.0.3000", "-H", "Pragma: xPlayStrm=1",
                                       f"http://127.0.0.1:{port}/"])
            time.sleep(SERVE_SECONDS)
            seconds, peak = usage_of(process)
            player.kill()
            player.wait()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        finally:
            process.kill()
    path.unlink()
    if process.returncode != 0:
        raise Failure(f"exit status {process.returncode} after Ctrl-C")
    if peak > SERVE_MIB * MIB or seconds > SERVE_CPU:
        raise Failure(f"{seconds:.2f} s of CPU time in {SERVE_SECONDS} s, {peak / MIB:.1f} MiB")
    return f"{seconds:.2f} s of CPU time in {SERVE_SECONDS} s, {peak / MIB:.0f} MiB"
