"""What the tests share: the program under test as a sink, the media, programs with bounded waits."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = 20  # seconds for anything that should happen at once; the machine may be busy


class Skip(Exception):
    """The test cannot run here; the text says why."""


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def equal(found, expected, what):
    check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def wait_for(condition, what, patience=PATIENCE):
    """What condition() gives as soon as that is true."""
    until = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        check(time.monotonic() < until, f"{what}: not within {patience} s")
        time.sleep(0.02)


def need(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise Skip("not installed: " + ", ".join(missing))


def run(*argv, patience=60, **options):
    """Runs a program to its end: (exit code, standard output, standard error) as text."""
    done = subprocess.run(list(map(str, argv)), stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False,
                          **options)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def end(process, number=signal.SIGTERM, patience=5):
    """Ends a program, by SIGKILL if it does not go; its exit code."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


class Sink:
    """`wmclients serve`. `start` starts programs as subprocess.Popen does; on a stage, in its sink's namespace."""

    def __init__(self, program, source, folder, *options, start=subprocess.Popen, stdin=subprocess.DEVNULL):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.log_file, self.said = self.folder / "sink.jsonl", self.folder / "stderr"
        argv = [str(program), "serve", "--log", str(self.log_file), *map(str, options), str(source)]
        with open(self.said, "wb") as said:
            self.process = start(argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=said)
        self.port = int(wait_for(self.announced, "the sink does not begin").group(1))

    def announced(self):
        said = self.said.read_text()
        check(self.process.poll() is None, f"the sink ended with {self.process.returncode}: {said}")
        return re.search(r"streaming at mmsh://.*:(\d+)/\n", said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process, signal.SIGKILL)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """KiB"""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def cpu(self):
        """Seconds of CPU time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log(self, *types):
        """The whole lines of the event log so far, of these types."""
        lines = self.log_file.read_text().split("\n")[:-1]
        events = [json.loads(line) for line in lines]
        return [event for event in events if not types or event["type"] in types]

    def stop(self, number=signal.SIGINT):
        """Ends the sink as its user would; it must then end well, and must have had no complaint."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.ends()

    def ends(self, patience=PATIENCE):
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the sink does not end within {patience} s") from None
        equal(self.process.returncode, 0, "the sink's exit code")
        said = [line for line in self.said.read_text().splitlines() if not re.search("(streaming at mmsh|metrics at http)://", line)]
        equal(said, [], "what the sink said")
        equal(self.log()[-1]["type"], "log_end", "the last event of the log")


class Bench:
    """One run: the program, a scratch folder, the media in it; `keep` is where a recording is kept, if it is."""

    def __init__(self, program, scratch, keep=None):
        self.program, self.scratch, self.keep = program, scratch, keep
        self.four = scratch / "four.wmv"      # 4 s, for loops
        self.twenty = scratch / "twenty.wmv"  # 20 s
        self.sound = scratch / "sound.wma"    # 4 s, audio only
        self.thin = scratch / "thin.wmv"      # 20 s, 70 kbit/s
        self.frames = 25 * 4                  # of `four`

    def make_media(self):
        need("ffmpeg")
        video = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25"]
        sound = ["-f", "lavfi", "-i", "sine=frequency=440"]
        full = ["-c:v", "wmv2", "-b:v", "300k", "-g", "50", "-c:a", "wmav2", "-b:a", "48k"]
        slow = [*video[:3], "testsrc2=size=160x120:rate=5"]
        for path, seconds, arguments in (
                (self.four, 4, [*video, *sound, *full]), (self.twenty, 20, [*video, *sound, *full]),
                (self.sound, 4, [*sound, "-c:a", "wmav2", "-b:a", "48k"]),
                (self.thin, 20, [*slow, *sound, "-c:v", "wmv2", "-b:v", "30k", "-g", "10", "-c:a", "wmav2", "-b:a", "32k",
                                 "-packet_size", "1400"])):
            code, _, said = run("ffmpeg", "-nostdin", "-loglevel", "error", *arguments, "-t", seconds, path)
            check(code == 0 and path.exists(), f"ffmpeg makes no {path.name}: {said}")

    def sink(self, source, *options, bind="127.0.0.1", **more):
        """A sink on the loopback interface."""
        return Sink(self.program, source, self.scratch, "--port", "0", "--bind", bind, *options, **more)

    def folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.scratch))

    def rows(self, *arguments):
        """What `list --format json` of the program says."""
        code, out, said = run(self.program, "list", "--format", "json", *arguments)
        equal((code, said), (0, ""), f"list {' '.join(map(str, arguments))}")
        return json.loads(out)


@contextlib.contextmanager
def ending(*processes):
    """Ends them in any case."""
    try:
        yield
    finally:
        for process in processes:
            end(process)
