#!/usr/bin/python3
"""honest.py PORT COUNT SECONDS: plays a sink's stream COUNT times at once, and prints as JSON how it came: for each client the
packets, those that were lost (steps of LocationId), and the longest time without one, in seconds.

A program of its own, so that what else a test does cannot delay it.
"""

import json
import selectors
import socket
import struct
import sys
import time

REQUEST = (b"GET / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: sink.example\r\nPragma: xPlayStrm=1\r\n"
           b"Pragma: stream-switch-count=2\r\nPragma: stream-switch-entry=ffff:1:0 ffff:2:0\r\n\r\n")


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.sendall(REQUEST)
        self.socket.setblocking(False)
        self.data, self.in_body = b"", False
        self.packets, self.lost, self.longest, self.ended = 0, 0, 0.0, False
        self.location, self.last = None, None

    def receive(self):
        got = self.socket.recv(1 << 20)
        self.ended = not got
        self.data += got
        if not self.in_body and b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            assert b" 200 " in head, head
            self.in_body = True
        while self.in_body and len(self.data) >= 12:
            size = 4 + struct.unpack_from("<H", self.data, 2)[0]
            assert self.data[0] == 0x24, "no packet where one should begin"
            if len(self.data) < size:
                break
            if self.data[1:2] == b"D":
                self.packet(struct.unpack_from("<I", self.data, 4)[0])
            self.data = self.data[size:]

    def packet(self, location):
        now = time.monotonic()
        if self.location is not None:
            self.lost += location - self.location - 1
            self.longest = max(self.longest, now - self.last)
        self.location, self.last = location, now
        self.packets += 1


def main():
    port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    selector = selectors.DefaultSelector()
    clients = [Client(port) for _ in range(count)]
    for client in clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
    print("ready", flush=True)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for key, _ in selector.select(0.2):
            key.data.receive()
            if key.data.ended:
                selector.unregister(key.data.socket)
    now = time.monotonic()
    print(json.dumps([{"packets": c.packets, "lost": c.lost, "longest": max(c.longest, now - (c.last or 0)), "ended": c.ended}
                      for c in clients]))


if __name__ == "__main__":
    main()
