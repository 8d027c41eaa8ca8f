"""What a sink has to bear: floods, slow and endless heads, garbage, clients that vanish. Those who only listen notice nothing."""

import contextlib
import json
import pathlib
import random
import resource
import subprocess
import sys
import time

import wmsp
from attacks import HEAD, PLAY, connected, drip, garbage, reset
from bench import Skip, check, end, wait_for

HERE = pathlib.Path(__file__).resolve().parent
MANY = 10_000    # connections at once
HONEST = 10      # clients that only listen
SECONDS = 20     # that they do
STALL = 3        # seconds after which a client that takes nothing is cut


def abuse(bench):
    """Floods, slow heads, garbage and vanished clients: the stream of the others, descriptors and memory stay as they were"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < MANY + 1000:
        raise Skip(f"only {hard} descriptors are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rng, held = random.Random(1), []
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: [one.close() for one in held])
        sink = stack.enter_context(bench.sink(bench.twenty, "--max-clients", 200, "--stall-timeout", STALL, "--queue-seconds", 5))
        honest = subprocess.Popen([sys.executable, str(HERE / "honest.py"), str(sink.port), str(HONEST), str(SECONDS)],
                                  stdout=subprocess.PIPE, text=True)
        stack.callback(lambda: end(honest))
        check(honest.stdout.readline() == "ready\n", "the honest clients do not begin")
        time.sleep(1)
        before, memory = sink.descriptors(), sink.resident()

        # Clients that take nothing, though they asked for everything: to be cut.
        vanished = [connected(sink.port, PLAY, 4096) for _ in range(50)]
        held += [one for one in vanished if one]
        slow = [connected(sink.port, HEAD) for _ in range(200)]
        endless = [connected(sink.port, HEAD) for _ in range(200)]
        held += [one for one in slow + endless if one]
        for _ in range(500):
            if one := connected(sink.port, garbage(rng)):
                reset(one) if rng.randrange(2) else one.close()
        for _ in range(300):
            if one := connected(sink.port, PLAY):
                reset(one) if rng.randrange(2) else one.close()
        flood = [connected(sink.port) for _ in range(MANY - len(held))]
        held += [one for one in flood if one]
        most, peak = 0, 0
        for _ in range(20):
            drip(slow, b"X")
            drip(endless, b"X-Filler: " + b"x" * 4000 + b"\r\n")
            most, peak = max(most, sink.descriptors()), max(peak, sink.resident())
            time.sleep(0.1)
        check(most > MANY * 0.9, f"only {most} connections were open at once")

        said, _ = honest.communicate(timeout=SECONDS + 60)
        for index, client in enumerate(json.loads(said)):
            check(not client["ended"] and client["lost"] == 0, f"honest client {index}: {client}")
            check(client["packets"] > SECONDS * 5, f"honest client {index} got {client['packets']} packets")
            # Packets are some 80 ms apart; a player holds seconds.
            check(client["longest"] < 1, f"honest client {index}: {client['longest']:.2f} s without a packet")
        peak = max(peak, sink.resident())
        # Not a byte a connection more than its state, and the stream's queue.
        check(peak - memory < 64 << 10, f"{peak - memory} KiB more at the most")
        reasons = [event["reason"] for event in sink.log("client_disconnect")]
        check(reasons.count("stalled") >= 45, f"only {reasons.count('stalled')} of 50 were cut: {sorted(set(reasons))}")
        for one in held:
            one.close()
        held.clear()
        wait_for(lambda: sink.descriptors() <= before - HONEST + 2, "descriptors are left", 30)
        with wmsp.Link(sink.port) as link:
            link.send("xPlayStrm=1")
            check(b" 200 " in link.take(20), "nobody can come after the abuse")
        sink.stop()


TESTS = [abuse]
