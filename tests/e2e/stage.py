"""The stage of tests/record (network namespaces, a lossy wire, players) with `wmclients serve` as the sink."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import bench

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE.parent / "record"


def load_record():
    """tests/record/run, which has no name that `import` takes."""
    loader = importlib.machinery.SourceFileLoader("record_run", str(RECORD / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("record_run", loader))
    loader.exec_module(module)
    return module


record = load_record()
SINK4, SINK6, BROWSER = record.SINK4, record.SINK6, record.BROWSER
LOSSLESS = ("--loss", "0", "--reorder", "0", "--repeat", "0")
LOSSY = ("--loss", "0.015", "--reorder", "0.03", "--repeat", "0.01")


def need_namespaces():
    if os.geteuid() != 0:
        raise bench.Skip("needs root, for network namespaces")
    if not os.path.exists("/dev/net/tun"):
        raise bench.Skip("this kernel has no TAP devices (/dev/net/tun)")
    bench.need("ip", "setpriv")


class Stage(record.Stage):
    """As its base, with a wire of a given quality; several can be there at once."""

    numbers = iter(range(1000))
    lock = threading.Lock()

    def __init__(self, hosts, wire):
        super().__init__(hosts)
        self.number, self.wire = next(self.numbers), wire

    def namespace(self, name):
        return f"e2e{os.getpid()}-{self.number}-{name}"

    def device(self, index):
        return f"e{os.getpid() % 10**6}.{self.number}.{index}"

    def build(self):
        ends = ["sink", *self.hosts]
        wire = [str(RECORD / "lossy_wire.py"), "--seed", "1", *self.wire, "--sink", self.device(0)]
        for index, _ in enumerate(self.hosts, 1):
            wire += ["--client", self.device(index)]
        process = subprocess.Popen(wire, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.programs.append(process)
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("the wire does not start")
        for index, name in enumerate(ends):
            namespace, device = self.namespace(name), self.device(index)
            record.command("ip", "netns", "add", namespace)
            self.namespaces.append(namespace)
            record.command("ip", "link", "set", device, "netns", namespace)
            record.command("ip", "-n", namespace, "link", "set", device, "name", "eth0", "address", self.mac(name))
            for link in ("lo", "eth0"):
                record.command("ip", "-n", namespace, "link", "set", link, "up")
            for address in self.hosts.get(name, [SINK4, SINK6]):
                bits = ["64", "nodad"] if ":" in address else ["24"]
                record.command("ip", "-n", namespace, "addr", "add", f"{address}/{bits[0]}", "dev", "eth0", *bits[1:])

    def start(self, host, *argv, user=False, stdin=subprocess.DEVNULL, **options):
        inside = ["ip", "netns", "exec", self.namespace(host), *(self.user if user else []), *map(str, argv)]
        process = subprocess.Popen(inside, stdin=stdin, **options)
        with self.lock:
            self.programs.append(process)
        return process

    def wmclients(self, the_bench, source, *options):
        """`wmclients serve` in the sink's namespace, on port 8080."""
        return bench.Sink(the_bench.program, source, the_bench.scratch, "--port", "8080", *options,
                          start=lambda argv, **more: self.start("sink", *argv, **more))


def stop_recording(process):
    """Ends tcpdump once everything that was sent has reached it; True if it missed nothing."""
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1].decode()
    return bool(re.search(r"(^|\D)0 packets dropped by kernel", said))


def url(address, port=8080):
    return f"mmsh://[{address}]:{port}/" if ":" in address else f"mmsh://{address}:{port}/"
