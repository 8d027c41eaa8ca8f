#!/usr/bin/python3
"""A lossy wire between TAP devices: loses, repeats and reorders Ethernet frames. Standard library only; Linux; root.

    lossy_wire.py --sink TAP --client TAP [--client TAP...] [--loss 0.01] [--reorder 0.03] [--repeat 0.01]
                  [--delay 0.002] [--seed N] [--mirror TAP [--tag MAC=VID[.VID]]...]

Creates the TAP devices, prints "ready" and carries frames until it is terminated (SIGTERM or SIGINT). The devices can
be moved to other network namespaces as soon as "ready" is printed; they vanish with the program.

  --sink, --client  the two ends; a frame from the sink goes to the client whose MAC address it names, or to all of
                    them; a frame from a client goes to the sink (clients do not reach one another)
  --loss, --repeat  the share of IP frames that are dropped, or sent twice (the copy a little later)
  --reorder         the share of IP frames that are held back by 3 to 15 ms, so that later ones pass them
  --delay           seconds every frame spends on the wire
  --mirror          a third device that receives a copy of what reaches the clients and of what they send, as a
                    switch's mirror port would: server to client after loss, repetition and reordering, client to
                    server before it
  --tag             VLAN tags that the mirrored frames of this client bear: 10 is one 802.1Q tag, 100.20 is an
                    802.1ad service tag 100 around an 802.1Q tag 20

ARP and neighbour discovery are never touched by loss, repetition or reordering.
"""

import argparse
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000


def open_tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


def mac(text):
    return bytes(int(part, 16) for part in text.split(":"))


def tag_bytes(text):
    """The bytes to insert after the MAC addresses, for "10" or "100.20"."""
    ids = [int(part) for part in text.split(".")]
    kinds = [0x88A8] * (len(ids) - 1) + [0x8100]
    return b"".join(struct.pack(">HH", kind, vid) for kind, vid in zip(kinds, ids))


def is_ip(frame):
    """Whether a frame may be lost: IP, but not ICMPv6 (neighbour discovery)."""
    kind = frame[12:14]
    return kind == b"\x08\x00" or (kind == b"\x86\xdd" and frame[20] not in (0, 58))


class Wire:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.sink = open_tap(options.sink)
        self.clients = [open_tap(name) for name in options.client]
        self.mirror = open_tap(options.mirror) if options.mirror else None
        self.tags = {mac(m): tag_bytes(v) for m, v in (text.split("=") for text in options.tag)}
        self.learned = {}  # MAC address: a client's device
        self.queue = []    # (due, order, from_sink, outputs, frame)
        self.order = 0

    def write(self, device, frame):
        try:
            os.write(device, frame)
        except OSError:
            pass  # the device is down, or its queue is full: a wire loses frames

    def to_mirror(self, frame, client):
        if self.mirror is not None:
            self.write(self.mirror, frame[:12] + self.tags.get(client, b"") + frame[12:])

    def send(self, frame, from_sink, outputs, extra=0.0):
        self.order += 1
        due = time.monotonic() + self.options.delay + extra
        heapq.heappush(self.queue, (due, self.order, from_sink, outputs, frame))

    def accept(self, device, frame):
        from_sink = device == self.sink
        if from_sink:
            known = self.learned.get(frame[0:6])
            outputs = [known] if known is not None else self.clients
        else:
            self.learned[frame[6:12]] = device
            self.to_mirror(frame, frame[6:12])
            outputs = [self.sink]
        if not is_ip(frame):
            self.send(frame, from_sink, outputs)
            return
        fate = self.random.random()
        if fate < self.options.loss:
            return
        fate -= self.options.loss
        if fate < self.options.reorder:
            self.send(frame, from_sink, outputs, self.random.uniform(0.003, 0.015))
            return
        self.send(frame, from_sink, outputs)
        if fate - self.options.reorder < self.options.repeat:
            self.send(frame, from_sink, outputs, self.random.uniform(0.0, 0.005))

    def deliver(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, from_sink, outputs, frame = heapq.heappop(self.queue)
            for device in outputs:
                self.write(device, frame)
            if from_sink:
                self.to_mirror(frame, frame[0:6])

    def run(self):
        poll = select.poll()
        for device in [self.sink, *self.clients]:
            poll.register(device, select.POLLIN)
        while True:
            wait = None
            if self.queue:
                wait = max(0.0, (self.queue[0][0] - time.monotonic()) * 1000)
            for device, _ in poll.poll(wait):
                try:
                    self.accept(device, os.read(device, 65536))
                except OSError:
                    time.sleep(0.01)  # the device is not up yet
            self.deliver()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sink", required=True)
    parser.add_argument("--client", action="append", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--tag", action="append", default=[])
    parser.add_argument("--loss", type=float, default=0.01)
    parser.add_argument("--reorder", type=float, default=0.03)
    parser.add_argument("--repeat", type=float, default=0.01)
    parser.add_argument("--delay", type=float, default=0.002)
    parser.add_argument("--seed", type=int)
    wire = Wire(parser.parse_args())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    print("ready", flush=True)
    wire.run()


if __name__ == "__main__":
    main()
