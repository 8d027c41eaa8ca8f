"""Network namespaces with a sink and players in them, and `wmclients … -i` beside them. Whatever was started is ended by its process id."""

import os
import pathlib
import signal
import subprocess
import time

import bench
from bench import check, equal, wait_for

SINK4, SINK6, CLIENT4, CLIENT6 = "10.79.0.1", "fd79::1", "10.79.0.2", "fd79::2"
# What a process that has become nobody may not be asked: LeakSanitizer would want to trace it.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def command(*argv):
    subprocess.run(list(map(str, argv)), check=True, stdin=subprocess.DEVNULL, capture_output=True)


class Net:
    """Two namespaces, "sink" and "client", and a veth pair between them: eth0 in each."""

    numbers = iter(range(1000))

    def __init__(self):
        self.prefix = f"live{os.getpid()}-{next(self.numbers)}"
        self.programs = []

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        for end in ("sink", "client"):
            command("ip", "netns", "add", self.name(end))
        command("ip", "-n", self.name("sink"), "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.name("client"))
        for end, v4, v6 in (("sink", SINK4, SINK6), ("client", CLIENT4, CLIENT6)):
            for device in ("lo", "eth0"):
                command("ip", "-n", self.name(end), "link", "set", device, "up")
            command("ip", "-n", self.name(end), "addr", "add", v4 + "/24", "dev", "eth0")
            command("ip", "-n", self.name(end), "addr", "add", v6 + "/64", "dev", "eth0", "nodad")

    def __exit__(self, *_):
        for program in self.programs:
            bench.end(program, signal.SIGKILL)
        for end in ("sink", "client"):
            subprocess.run(["ip", "netns", "del", self.name(end)], check=False, stdin=subprocess.DEVNULL, capture_output=True)

    def name(self, end):
        return f"{self.prefix}-{end}"

    def start(self, end, argv, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(["ip", "netns", "exec", self.name(end), *map(str, argv)], **options)
        self.programs.append(process)
        return process


class Capture:
    """`wmclients COMMAND -i …`, begun; its output in files."""

    def __init__(self, net, the_bench, *arguments, end="sink", program=None, prefix=(), begins=True):
        self.folder = the_bench.folder()
        self.out_file, self.said_file = self.folder / "out", self.folder / "said"
        with open(self.out_file, "wb") as out, open(self.said_file, "wb") as said:
            self.process = net.start(end, [*prefix, program or the_bench.program, *arguments], stdout=out, stderr=said, env=ENVIRONMENT)
        if begins:
            wait_for(self.capturing, "the capture does not begin")

    def capturing(self):
        check(self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said}")
        return "capturing on " in self.said

    @property
    def out(self):
        return self.out_file.read_text()

    @property
    def said(self):
        return self.said_file.read_text()

    @property
    def complaints(self):
        return [line for line in self.said.splitlines() if "capturing on " not in line]

    def ends(self, code=0, patience=bench.PATIENCE):
        """Waits for the end; what it printed."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError("it does not end") from None
        equal(self.process.returncode, code, f"the exit code ({self.said.strip()})")
        return self.out

    def stop(self, number=signal.SIGINT, code=0, settle=0.7):
        time.sleep(settle)  # what was sent has left the kernel's blocks by then
        self.process.send_signal(number)
        return self.ends(code)

    def status(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def serve(net, the_bench, *options):
    return bench.Sink(the_bench.program, the_bench.four, the_bench.scratch, "--port", "8080", *options,
                      start=lambda argv, **more: net.start("sink", argv, **more))


def play(net, address, seconds):
    host = f"[{address}]" if ":" in address else address
    return net.start("client", ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", f"mmsh://{host}:8080/", "-t", seconds, "-f", "null", "-"],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
