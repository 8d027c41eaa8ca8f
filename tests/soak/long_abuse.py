"""An hour of abuse of one `wmclients serve`, while ten ffmpegs decode its stream picture by picture.

The honest clients come to an address of their own (HONEST_AT), so that the sink's log tells them from the rest.
"""

import collections
import importlib.util
import json
import multiprocessing
import os
import pathlib
import random
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import attacks
import bench
import players
import wmsp
from bench import check, equal, wait_for

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

MINUTES = 60
HONEST = 10
HONEST_AT = "127.0.0.2"
PLACES = 60        # clients at once: fifty are left to the attackers
ATTACKERS = 2      # processes
HANDS = 6          # attacks at a time of each
BURST = 3          # seconds of the past that a client gets first, and so holds
STALL = 10
FRAMES = 5         # a second, of bench.thin
GROWTH = 16 << 10  # KiB, see memory()
SCHEMA_EVERY = 997  # lines of the log, of which one is held against its schema


# --- the attackers

def attack(seed, number, port, metrics_port, until, told):
    """One process of attackers: HANDS threads, each with dice of its own. What they did goes into the queue `told`."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    hands = [attacks.Attacker(random.Random(f"{seed} {number} {hand}"), port, metrics_port, until) for hand in range(HANDS)]
    wrong = []

    def work(hand):
        try:
            while hand.wait(hand.rng.uniform(0, 0.5)):
                hand.attack(hand.rng.choice(attacks.ATTACKS))
        except Exception as error:  # a fault of ours: it must not pass for an end of the abuse
            wrong.append(f"{type(error).__name__}: {error} (line {error.__traceback__.tb_next.tb_lineno})")

    threads = [threading.Thread(target=work, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put((sum((hand.counts for hand in hands), collections.Counter()), wrong))


# --- those who only watch

class Watcher:
    """An ffmpeg that decodes everything: its pictures must be the film's, one after the other, and it must have nothing to say."""

    def __init__(self, film, port, seconds, said):
        self.film, self.said = film, said
        self.frames, self.at, self.wrong, self.longest, self.last = 0, None, [], 0.0, None
        with open(said, "wb") as out:
            self.process = subprocess.Popen(
                ["ffmpeg", "-nostdin", "-loglevel", "warning", "-i", f"mmsh://{HONEST_AT}:{port}/", "-t", str(seconds), "-map", "0:v",
                 "-fps_mode", "passthrough", "-f", "framemd5", "-flush_packets", "1", "-", "-t", str(seconds), "-map", "0:a", "-f", "null", "-"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out, text=True)
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        for line in self.process.stdout:
            if line.startswith("#"):
                continue
            digest, now = line.split(",")[-1].strip(), time.monotonic()
            self.longest = max(self.longest, now - (self.last or now))
            self.last = now
            expected = None if self.at is None else (self.at + 1) % len(self.film)
            if expected is None or self.film[expected] != digest:
                if self.at is not None or digest not in self.film:
                    self.wrong.append(f"frame {self.frames} is {self.film.index(digest) if digest in self.film else 'none'} of the film's, expected {expected}")
                expected = self.film.index(digest) if digest in self.film else expected
            self.at = expected
            self.frames += 1

    def judge(self, seconds):
        """Why it did not bear it, or None."""
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            return f"does not end, after {self.frames} frames"
        self.thread.join()
        lines = players.complaints("ffmpeg", self.said.read_text(errors="replace"))
        if lines or self.process.returncode != 0:
            return f"ended with {self.process.returncode}, and says {lines[:3]}"
        if self.wrong:
            return f"{len(self.wrong)} gaps: {self.wrong[:3]}"
        # A loop of the film is as long as its longer stream, a little more than its pictures.
        if self.frames < FRAMES * seconds * 0.99 - FRAMES:
            return f"{self.frames} frames in {seconds} s"
        # Somebody who watches holds the burst. A machine without a CPU to spare can make it longer: see Sample.starved.
        return f"{self.longest:.1f} s without a picture" if self.longest > BURST else None


def film_of(path):
    """The pictures of a file as ffmpeg's framemd5 tells them."""
    _, out, _ = bench.run("ffmpeg", "-nostdin", "-loglevel", "error", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-")
    film = [line.split(",")[-1].strip() for line in out.splitlines() if not line.startswith("#")]
    equal(len(set(film)), len(film), "different pictures of the film")
    return film


# --- what the sink uses

Sample = collections.namedtuple("Sample", "at descriptors resident threads cpu starved load")


def sample(sink, began):
    """`starved`: seconds so far that the sink's threads could have run, and had no CPU."""
    threads = list(pathlib.Path(f"/proc/{sink.process.pid}/task").iterdir())
    starved = sum(int((thread / "schedstat").read_text().split()[1]) for thread in threads) / 1e9
    return Sample(time.monotonic() - began, sink.descriptors(), sink.resident(), len(threads), sink.cpu(), starved, os.getloadavg()[0])


def watch_sink(sink, seconds, everybody):
    """Samples twice a second; a line a minute (a line every tenth of the time, if that is less)."""
    began, samples, lines = time.monotonic(), [], 0
    while (now := time.monotonic() - began) < seconds:
        check(sink.process.poll() is None, f"the sink ended with {sink.process.poll()}: {sink.said.read_text()[-3000:]}")
        samples.append(sample(sink, began))
        if now >= lines * min(60, seconds / 10):
            lines += 1
            one, lost = samples[-1], [watcher for watcher in everybody if watcher.process.poll() is not None]
            print(f"{one.at:6.0f} s  {one.descriptors:6} descriptors  {one.resident:7} KiB  {one.threads} threads  {one.cpu:7.1f} s of CPU, "
                  f"{one.starved:.1f} s without one  load {one.load:5.1f}  log {sink.log_file.stat().st_size >> 20} MiB  "
                  f"honest: {len(everybody) - len(lost)}, longest wait {max(w.longest for w in everybody):.2f} s", flush=True)
        time.sleep(0.5)
    return samples


def memory(samples):
    """Why the memory is not flat: the medians of the second and of the last tenth of the time, GROWTH apart at the most.

    What goes up and down with the clients of the moment does so in both tenths. GROWTH is what 12,000 connections at once have been
    seen to take, in case no such flood was early: the allocator does not give it back. A leak of 16 bytes a connection would be as much
    in an hour of 300 connections a second.
    """
    tenth = max(1, len(samples) // 10)
    early, late = (statistics.median(one.resident for one in part) for part in (samples[tenth:2 * tenth], samples[-tenth:]))
    return f"{early:.0f} KiB in the second tenth, {late:.0f} in the last" if late - early > GROWTH else None


def zombies(*parents):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" ")
        except OSError:
            continue
        state, parent = rest.rpartition(")")[2].split()[:2]
        found += [pid] if state == "Z" and int(parent) in parents else []
    return f"zombies: {found}" if found else None


# --- what it says

def scrape(port):
    """{metric: the sum of its samples}"""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        totals = collections.Counter()
        for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", answer.read().decode(), re.M):
            totals[name] += float(value)
        return totals


def read_log(sink):
    """Checks the log line by line; (events by type, the disconnects of the honest, what is wrong)."""
    import schemas  # ends the program if jsonschema is not there: abuse() has looked
    judge = schemas.Schemas()
    events, honest, wrong = collections.Counter(), [], []
    connections, clients, last = set(), set(), None
    with open(sink.log_file, "rb") as log:
        for number, line in enumerate(log):
            event = last = json.loads(line)
            kind = event["type"]
            events[kind] += 1
            if number % SCHEMA_EVERY == 0 or events[kind] <= 3:
                wrong += [f"line {number + 1}: {why}" for why in judge.complaints("event-log.json", event)]
            if kind == "connection_open":
                connections.add(event["connection"])
            elif kind == "connection_close":
                connections.remove(event["connection"])
            elif kind in ("client_connect", "client_disconnect"):
                row = (event["connection"], event["ordinal"])
                (clients.add if kind == "client_connect" else clients.remove)(row)
                if kind == "client_disconnect" and event["local_address"] == HONEST_AT:
                    honest.append(event)
    wrong += [f"{len(connections)} connections without an end"] if connections else []
    wrong += [f"{len(clients)} clients without a disconnect"] if clients else []
    wrong += [f"{events['play']} Plays, {events['client_connect']} connects"] if events["play"] != events["client_connect"] else []
    wrong += [f"it ends with {last}"] if last["type"] != "log_end" else []
    return events, honest, "; ".join(wrong[:5]) or None


def spread(samples, name, unit):
    values = sorted(getattr(one, name) for one in samples)
    return f"{name} {values[0]:.0f} / {statistics.median(values):.0f} / {values[-1]:.0f}{unit}"


def why_not(test):
    """What a test says is wrong, or None."""
    try:
        return test()
    except (AssertionError, OSError, ValueError, KeyError, EOFError) as error:
        return f"{type(error).__name__}: {error}"


def abuse(the_bench, options):
    """{what was tested: why it failed, or None}"""
    bench.need("ffmpeg", "curl")
    if not importlib.util.find_spec("jsonschema"):
        raise bench.Skip("not installed: python3-jsonschema")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < 2 * attacks.LARGEST_FLOOD:
        raise bench.Skip(f"only {limit} descriptors are allowed")
    seconds, film, results = options.minutes * 60, film_of(the_bench.thin), {}
    print(f"seed {options.seed}, {options.minutes:g} minutes", flush=True)
    with the_bench.sink(the_bench.thin, "--max-clients", PLACES, "--stall-timeout", STALL, "--queue-seconds", 5, "--burst-seconds", BURST,
                        "--deny", attacks.DENIED, "--allow", "127.0.0.0/8", "--allow", "::1", "--metrics", "127.0.0.1:0", bind="::") as sink:
        metrics_port = int(wait_for(lambda: re.search(r"metrics at http://.*:(\d+)/", sink.said.read_text()), "no metrics").group(1))
        scrape(metrics_port)
        time.sleep(1)
        before = sink.descriptors()
        # The attackers before the threads: they are forked.
        told, until = multiprocessing.SimpleQueue(), time.monotonic() + seconds
        attackers = [multiprocessing.Process(target=attack, args=(options.seed, number, sink.port, metrics_port, until, told))
                     for number in range(ATTACKERS)]
        everybody = []
        try:
            everybody += [Watcher(film, sink.port, seconds + BURST, the_bench.scratch / f"watcher{number}") for number in range(HONEST)]
            wait_for(lambda: all(watcher.frames for watcher in everybody), "the honest clients do not begin")
            for one in attackers:
                one.start()
            samples = watch_sink(sink, seconds, everybody)
            for one in attackers:
                one.join(120)
            counts, wrong = collections.Counter(), []
            for _ in [one for one in attackers if one.exitcode == 0]:
                more, faults = told.get()
                counts, wrong = counts + more, wrong + faults
            results["attackers"] = f"they end with {[one.exitcode for one in attackers]}: {wrong}" if wrong or any(one.exitcode for one in attackers) else None
            reasons = [f"ffmpeg {number} {why}" for number, one in enumerate(everybody) if (why := one.judge(seconds + BURST))]
            results["honest"] = "; ".join(reasons) or None
            results["descriptors"] = why_not(lambda: wait_for(lambda: sink.descriptors() == before, f"not {before} descriptors as before", 90) and None)
            results["memory"] = memory(samples)
            results["zombies"] = zombies(sink.process.pid, os.getpid())
            results["afterwards"] = why_not(lambda: newcomer(sink.port))
            results["denied"] = f"{counts['denied clients that were served']} were served" if counts["denied clients that were served"] else None
            totals = scrape(metrics_port)
        finally:
            for one in attackers:
                if one.is_alive():
                    one.kill()
            for one in everybody:
                bench.end(one.process)
        results["exit"] = why_not(sink.stop)
        events, honest, results["log"] = read_log(sink)
    results["lost"] = (f"{[(one['reason'], one['lost_packets']) for one in honest]}"
                       if len(honest) != HONEST or any(one["lost_packets"] for one in honest) else None)
    for name, event in (("connects", "client_connect"), ("disconnects", "client_disconnect"), ("refused_plays", "refused")):
        value = totals[f"wmclients_{name}_total"]
        results[f"metric-{name}"] = f"{value:.0f}, {events[event]} in the log" if abs(value - events[event]) > 1 else None
    print("attacks: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print("log: " + ", ".join(f"{name} {count}" for name, count in sorted(events.items())))
    print("min / median / max: " + "; ".join([spread(samples, "descriptors", ""), spread(samples, "resident", " KiB"),
                                              spread(samples, "threads", ""), spread(samples, "load", "")])
          + f"; {samples[-1].cpu:.0f} s of CPU, {samples[-1].starved:.0f} s without one; longest wait for a picture {max(one.longest for one in everybody):.2f} s", flush=True)
    return results


def newcomer(port):
    """A new client gets the stream."""
    with wmsp.Link(port) as link:
        equal(link.ask(*wmsp.PLAY).status, 200, "a newcomer's status")
        kinds = [packet.kind for _, packet in zip(range(20), link.packets(20))]
    equal(kinds, ["H"] + ["D"] * 19, "what a newcomer gets")
