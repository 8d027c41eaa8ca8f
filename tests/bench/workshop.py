"""What tests/bench/run works with: packages, the build, captures, and measured runs. Standard library only."""

import fcntl
import hashlib
import json
import lzma
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

BENCH = pathlib.Path(__file__).resolve().parent
TOP = BENCH.parent.parent
RECORDING = TOP / "captures/vlc-churn/vlc-churn.pcap.xz"
TIMEOUT = 1800  # seconds a run
FAULTS = 100  # of 10,000 data frames of the copies


class Failure(Exception):
    """Why the benchmark cannot go on."""


def note(text):
    print(text, file=sys.stderr, flush=True)


def install_missing_packages():
    """Installs what of packages.txt the build, the tests' configuration and the benchmark need, if root."""
    if not shutil.which("dpkg-query"):
        return
    wanted, group = {"libtins-dev"}, ""
    for line in (TOP / "packages.txt").read_text().splitlines():
        if line.startswith("["):
            group = line.strip("[] ")
        elif line[:1].isalpha() and group in ("build", "test", "bench"):
            wanted.add(line.split()[0])
    listed = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"],
                            capture_output=True, text=True, check=False).stdout
    missing = sorted(wanted - {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")})
    if not missing:
        return
    if os.getuid() != 0:
        raise Failure("Debian packages are missing; please run this as root, then try again:\n"
                      "    apt-get update && apt-get install -y --no-install-recommends " + " ".join(missing))
    note("installing " + " ".join(missing))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    # Without new package lists those there are may do.
    subprocess.run(["apt-get", "update", "-qq"], env=environment, stdout=sys.stderr, check=False)
    checked(["apt-get", "-o", "DPkg::Lock::Timeout=600", "install", "-y", "--no-install-recommends", *missing],
            "installing packages", environment)


def checked(command, what, environment=None):
    """Runs a command whose output is of interest only if it fails."""
    run = subprocess.run(command, cwd=TOP, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        raise Failure(f"{what} failed: {' '.join(map(str, command))}\n{run.stdout[-4000:]}")


def build(directory):
    """Builds wmclients and the programs of this folder, in build/bench or in a directory already configured."""
    note("building")
    if directory is None:
        directory = TOP / "build/bench"
        (TOP / "build").mkdir(exist_ok=True)
        with open(TOP / "build/.lock", "w") as lock:  # that of ./wmclients and tests/run
            fcntl.flock(lock, fcntl.LOCK_EX)
            checked(["cmake", "--preset", "bench"], "configuring")
            checked(["cmake", "--build", str(directory), "--target", "wmclients", "bench_programs"], "building")
        return directory
    checked(["cmake", "--build", str(directory), "--target", "wmclients", "bench_programs"], "building")
    return pathlib.Path(directory).resolve()


class Captures:
    """The captures that are measured, made when they are first asked for."""

    def __init__(self, scratch, programs, keep):
        self.scratch, self.programs, self.keep = scratch, programs, keep

    def plays(self, size, spacing, microseconds):
        """vlc-churn multiplied; `spacing` is `within` or `every`, as in multiply.cpp."""
        recording = self.scratch / "vlc-churn.pcap"
        if not recording.exists():
            recording.write_bytes(lzma.decompress(RECORDING.read_bytes()))
        return self._make("multiply", size, [recording], [str(size), spacing, str(microseconds), str(FAULTS)])

    def short_plays(self, connections):
        return self._make("short_plays", connections * 1700, [], [str(connections)])

    def _make(self, program, size, before, after):
        sources = (BENCH / f"{program}.cpp").read_bytes() + (BENCH / "frames.hpp").read_bytes()
        version = hashlib.sha256(sources + RECORDING.read_bytes()).hexdigest()[:8]
        path = self.scratch / "-".join([program, *after, version + ".pcap"])
        facts = path.with_suffix(".json")
        if not facts.exists():
            if shutil.disk_usage(self.scratch).free < size * 1.2 + (64 << 20):
                raise Failure(f"{self.scratch}: no room for {path.name}; set TMPDIR, or choose a smaller --size")
            note(f"making {path.name}")
            command = [self.programs / f"bench_{program}", *before, path, *after]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode != 0:
                raise Failure(f"{path.name}: {run.stderr.strip()}")
            facts.write_text(run.stdout)
        return path, json.loads(facts.read_text())

    def done_with(self, path):
        if not self.keep:
            path.unlink()
            path.with_suffix(".json").unlink()


def warm(path):
    """Reads a file once, so that all programs find it in the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


class Runs:
    """What the runs of one program cost."""

    def __init__(self, name):
        self.name, self.wall, self.cpu, self.peak = name, [], [], []

    def add(self, wall, cpu, peak):
        self.wall.append(wall)
        self.cpu.append(cpu)
        self.peak.append(peak)

    @property
    def median_wall(self):
        return statistics.median(self.wall)

    @property
    def median_cpu(self):
        return statistics.median(self.cpu)

    @property
    def top_peak(self):
        """The highest peak of all runs, in bytes."""
        return max(self.peak)


class Meter:
    """Runs programs one at a time through bench_measure."""

    def __init__(self, programs, scratch):
        self.measure, self.scratch = programs.parent / "bench_measure", scratch

    def run(self, runs, command):
        """Runs a command once, its output to /dev/null; adds what it cost to `runs`."""
        result, errors = self.scratch / "result", self.scratch / "stderr"
        work = self.scratch / "work"  # for programs that write files
        work.mkdir()
        command = [str(word).replace("WORK", str(work)) for word in command]
        try:
            with open(errors, "w") as stderr:
                process = subprocess.Popen([self.measure, result, *command], cwd=work, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)
                try:
                    process.wait(TIMEOUT)
                except BaseException as error:
                    os.killpg(process.pid, signal.SIGKILL)  # the session begun two lines above
                    process.wait()
                    if isinstance(error, subprocess.TimeoutExpired):
                        raise Failure(f"{runs.name}: no end within {TIMEOUT} s") from error
                    raise
            wall, user, system, kib, status = (result.read_text().split() if process.returncode == 0 else [0] * 5)
            if process.returncode != 0 or int(status) != 0:
                raise Failure(f"{runs.name}: {' '.join(command)} ended with status {status}: "
                              f"{errors.read_text()[-1000:].strip()}")
        finally:
            shutil.rmtree(work)
        runs.add(float(wall), float(user) + float(system), int(kib) << 10)


def count_rows(program, path):
    """How many clients wmclients finds. Not measured."""
    with subprocess.Popen([program, "list", "--format", "csv", "--fields", "index", path],
                          stdout=subprocess.PIPE) as process:
        lines = sum(part.count(b"\n") for part in iter(lambda: process.stdout.read(1 << 20), b""))
    if process.returncode != 0:
        raise Failure(f"wmclients list {path} ended with status {process.returncode}")
    return lines - 1


def machine():
    """One line about where the figures come from."""
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {model}, Linux {os.uname().release}, load {load:.1f}, {time.strftime('%Y-%m-%d')}"
