"""What a sink's worst clients do. Every attack is a function of an Attacker, takes seconds, and leaves nothing behind.

Nothing is checked here, but for who gets an answer where it matters; who uses it looks at the sink.
"""

import collections
import contextlib
import signal
import socket
import struct
import subprocess
import threading
import time

import wmsp

DENIED = "127.0.0.66"  # where a denied client comes from
SINK = "127.0.0.1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"
LOG_TYPE = "Content-Type: application/x-wms-LogStats;charset=UTF-8"
CHUNKED = ("version11-enabled=1",)
LARGEST_FLOOD = 6500  # connections at once

HEAD = b"GET / HTTP/1.0\r\nUser-Agent: NSPlayer/9.0.0.2980\r\n"
PLAY = HEAD + b"Pragma: xPlayStrm=1\r\n\r\n"


def connected(port, data=b"", receive_buffer=None, to="127.0.0.1", source=None):
    """A socket that does not block, and has sent `data`; None if there was no place for it."""
    made = socket.socket(socket.AF_INET6 if ":" in to else socket.AF_INET)
    try:
        if receive_buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            made.bind((source, 0))
        made.settimeout(5)
        made.connect((to, port))
        made.sendall(data)
        made.setblocking(False)
        return made
    except OSError:
        made.close()
        return None


def reset(one):
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


def garbage(rng, request=PLAY):
    """Bytes that resemble a request more or less."""
    text = bytearray(request)
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(text))
        choice = rng.randrange(3)
        if choice == 0:
            text[at] = rng.randrange(256)
        elif choice == 1:
            del text[at:at + rng.randrange(1, 9)]
            text = text or bytearray(b"\0")
        else:
            text[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 200)))
    return bytes(text)


def drip(sockets, data):
    """Sends a little on every socket that still takes it."""
    for one in sockets:
        with contextlib.suppress(OSError):
            one.send(data)


def log_body(size):
    """A player's Log of so many bytes, or a little more."""
    row = b"<c-rate>1</c-rate><x-%d>&amp;&lt;&#65;\xff</x-%d>"
    return b"<XML>" + b"".join(row % (i, i) for i in range(size // len(row))) + b"</XML>"


def requests(session="client-id=1"):
    """A request of every kind, by its name."""
    make = wmsp.request
    return {
        "Describe": make(*wmsp.DESCRIBE),
        "Describe again": make(*wmsp.DESCRIBE, session, version="1.1"),
        "Play": make(*wmsp.PLAY, session),
        "chunked Play": make(*wmsp.PLAY, session, *CHUNKED, version="1.1"),
        "Play of streams": make(*wmsp.PLAY, *wmsp.switch("ffff:1:0", "ffff:2:1", "1:2:0", "ffff:ffff:2")),
        "Play of an old server": make(agent="NSServer/4.1.0.3928"),
        "Play of an old player": make(*wmsp.PLAY, session, "request-context=2", agent="NSPlayer/4.1.0.3856"),
        "PlayNextEntry": make("xPlayNextEntry=1", session, *CHUNKED, method="POST", version="1.1"),
        "Pipeline": make("pipeline-request=1", session, version="1.1"),
        "Log": make(session, method="POST", fields=[LOG_TYPE], body=log_body(3000)),
        "Log in a head": make(session, "log-line=" + " ".join("field%d" % i for i in range(300))),
        "SelectStream": make(session, *wmsp.switch("1:2:0", "2:1:0"), method="POST", version="1.1"),
        "KeepAlive": make(session, method="OPTIONS", target="*", version="1.1"),
        "KeepAlive in a pause": make(session, "xKeepAliveInPause=1", method="POST", version="1.1"),
        "Stop": make(session, "xStopStrm=1", method="POST", version="1.1"),
        "GetContentInfo": make(method="POST", fields=["Content-Type: application/x-wms-getcontentinfo"]),
        "SendEvent": make(method="POST", fields=["Content-Type: application/x-wms-sendevent"], body=b"x" * 99),
        "chunked body": make(session, method="POST", fields=[LOG_TYPE, "Transfer-Encoding: chunked"], version="1.1"),
        "HEAD": make(*wmsp.PLAY, method="HEAD"),
        "another path": make(*wmsp.PLAY, target="/" + "../" * 900),
        "browser": make(agent=BROWSER),
        "RTSP": b"DESCRIBE rtsp://sink.example/ RTSP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nCSeq: 1\r\n\r\n",
    }


class Attacker:
    """Who attacks: its dice, the sink's ports, when it has to be done, and how often it did what."""

    def __init__(self, rng, port, metrics_port, until):
        self.rng, self.port, self.metrics_port, self.until = rng, port, metrics_port, until
        self.counts = collections.Counter()
        self.held = []

    def connect(self, data=b"", receive_buffer=None, **where):
        """As connected(), from anywhere in 127.0.0.0/8; it is closed when the attack is over."""
        where.setdefault("to", SINK)
        if "source" not in where and ":" not in where["to"]:
            where["source"] = f"127.{self.rng.randrange(1, 255)}.{self.rng.randrange(256)}.{self.rng.randrange(1, 255)}"
        self.counts["connections"] += 1
        one = connected(where.pop("port", self.port), data, receive_buffer, **where)
        self.counts["connections failed"] += one is None
        self.held += [one] if one else []
        return one

    def connect_many(self, count, *arguments, **where):
        return [one for one in (self.connect(*arguments, **where) for _ in range(count)) if one]

    def wait(self, seconds):
        """False if it is time to go."""
        left = self.until - time.monotonic()
        time.sleep(max(0.0, min(seconds, left)))
        return left > seconds

    def read(self, one, seconds, most=1 << 24):
        """What comes in so many seconds, up to the end of the connection."""
        got, until = bytearray(), min(self.until, time.monotonic() + seconds)
        while len(got) < most and (left := until - time.monotonic()) > 0:
            one.settimeout(left)
            try:
                more = one.recv(65536)
            except OSError:
                break
            if not more:
                break
            got += more
        one.setblocking(False)
        return bytes(got)

    def send(self, one, data, seconds=5):
        """Sends all of it, or as much as is taken."""
        one.settimeout(seconds)
        with contextlib.suppress(OSError):
            one.sendall(data)
            one.setblocking(False)
            return True
        return False

    def leave(self):
        """Closes what is open, in order or by RST."""
        for one in self.held:
            reset(one) if self.rng.randrange(3) == 0 else one.close()
        self.held.clear()

    def session(self):
        """A client-id that the sink knows, as a Pragma token; or one that it does not."""
        one = self.connect(requests()["KeepAlive"])
        for line in self.read(one, 2, 1 << 12).decode("latin-1").splitlines() if one else ():
            if line.startswith("Pragma: client-id="):
                return line.removeprefix("Pragma: ")
        return "client-id=4711"

    def any_request(self, session="client-id=1"):
        return self.rng.choice(list(requests(session).values()))

    def attack(self, how):
        try:
            how(self)
        except OSError:
            self.counts["ended by an error of a socket"] += 1  # the sink closed first
        finally:
            self.leave()
        self.counts[how.__name__] += 1


flooding = threading.Lock()  # one flood at a time: the descriptors are ours, too


def flood(a):
    """Thousands of connections that say nothing."""
    with flooding:
        a.connect_many(a.rng.choice([200, 1000, 2000, LARGEST_FLOOD]))
        a.wait(a.rng.uniform(0, 5))
        a.leave()


def vanish(a):
    """Connections that are gone before they can be accepted: the SYN was sent, and no more."""
    for _ in range(a.rng.randrange(50, 500)):
        a.counts["connections"] += 1
        one = socket.socket()
        one.setblocking(False)
        with contextlib.suppress(OSError):
            one.connect((SINK, a.port))
        reset(one)


def slow_heads(a):
    """Heads that come byte by byte, and never to an end."""
    slow = a.connect_many(a.rng.randrange(20, 200), HEAD)
    while a.wait(a.rng.uniform(0.1, 1)) and slow and a.rng.randrange(30):
        drip(slow, b"X")


def endless_heads(a):
    """Heads that grow until they are refused."""
    sockets = a.connect_many(a.rng.randrange(5, 60), HEAD)
    for _ in range(a.rng.randrange(2, 30)):
        drip(sockets, a.rng.choice([b"X-Filler: " + b"x" * 4000 + b"\r\n", b"\n" * 1500 + b"a", b"a:\n" * 900, b"Pragma: a,b,,=\r\n" * 80]))
        if not a.wait(0.02):
            break


def mutations(a):
    """Requests of every kind with bytes changed, left out and put in."""
    session = a.session()
    for _ in range(a.rng.randrange(20, 200)):
        one = a.connect(garbage(a.rng, a.any_request(session)))
        if one and a.rng.randrange(4) == 0:
            a.read(one, 0.05)


def every_request(a):
    """Requests of every kind, as they should be, in any order; the answers are read, or not."""
    session = a.session()
    for _ in range(a.rng.randrange(10, 100)):
        one = a.connect(a.any_request(session))
        if one and a.rng.randrange(2):
            a.read(one, 0.1)


def bytewise(a):
    """Requests in writes of one byte, each a segment."""
    session = a.session()
    for _ in range(a.rng.randrange(2, 12)):
        if one := a.connect():
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in a.any_request(session):
                if not a.send(one, bytes([byte])):
                    break
            a.read(one, 0.1)


def lengths(a):
    """Bodies whose length is a lie, or none."""
    values = ("-1", "0", "00", "+5", " 7", "0x10", "1e3", "65536", "65537", "4294967295", "4294967296", "18446744073709551616", "9" * 400,
              "5, 5", "5\r\nContent-Length: 6", "\0", "", "ten")
    for value in values:
        text = wmsp.request(a.session(), method="GET", fields=[LOG_TYPE, f"Content-Length: {value}"]).replace(b"GET", b"POST", 1)
        if one := a.connect(text + b"x" * a.rng.choice([0, 5, 65536, 70000])):
            a.read(one, 0.05)


def nulls(a):
    """NULs, in a request and instead of one."""
    for _ in range(50):
        text = bytearray(a.any_request())
        for _ in range(a.rng.randrange(1, 9)):
            text.insert(a.rng.randrange(len(text)), 0)
        a.connect(bytes(text) + b"\0" * a.rng.choice([0, 1, 100_000]))


def pipelines(a):
    """Hundreds of requests in one write, whose answers are read late, or never."""
    kinds = requests(a.session())
    for _ in range(a.rng.randrange(1, 10)):
        names = a.rng.choice([["Describe again"], ["KeepAlive"], ["chunked Play", "KeepAlive"], ["chunked Play", "SelectStream"],
                              ["chunked Play", "Stop"], ["Log"], ["GetContentInfo"], list(kinds)])
        one = a.connect(receive_buffer=a.rng.choice([None, 4096]))
        if one:
            a.send(one, b"".join(kinds[name] for name in names) * a.rng.randrange(1, 1 + 2000 // len(names)), 1)
            if a.rng.randrange(2):
                a.wait(a.rng.uniform(0, 2))
                a.read(one, 1)
    a.wait(a.rng.uniform(0, 10))


def deaf(a):
    """Plays that are never read."""
    a.connect_many(a.rng.randrange(1, 15), PLAY, 4096)
    a.wait(a.rng.uniform(5, 40))


def sipping(a):
    """Plays that are read, a byte a second."""
    sockets = a.connect_many(a.rng.randrange(1, 10), a.rng.choice([PLAY, requests()["chunked Play"]]), 4096)
    for _ in range(a.rng.randrange(5, 60)):
        for one in sockets:
            with contextlib.suppress(OSError):
                one.recv(1)
        if not a.wait(1):
            break


def cut(a):
    """A RST in the middle: of a head, of a body, of a stream."""
    kinds = requests(a.session())
    for _ in range(a.rng.randrange(10, 80)):
        text = a.rng.choice(list(kinds.values()))
        if one := a.connect(text[:a.rng.randrange(1, len(text))]):
            reset(one)
        if one := a.connect(kinds[a.rng.choice(["Play", "chunked Play", "Play of streams"])]):
            a.read(one, a.rng.uniform(0, 0.1), a.rng.randrange(1, 20000))
            reset(one)


def killed_players(a):
    """ffmpeg and curl, killed while they play."""
    url = f"{SINK}:{a.port}/"
    commands = [["ffmpeg", "-nostdin", "-loglevel", "quiet", "-i", f"mmsh://{url}", "-c", "copy", "-f", "null", "-"],
                ["curl", "-s", "-A", "NSPlayer/9.0", "-H", "Pragma: xPlayStrm=1", "-o", "/dev/null", f"http://{url}"]]
    started = [subprocess.Popen(a.rng.choice(commands), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
               for _ in range(a.rng.randrange(1, 4))]
    a.wait(a.rng.uniform(0.1, 3))
    for player in started:
        player.send_signal(signal.SIGKILL)
        player.wait()


def half_closers(a):
    """The client's FIN with its request, behind it, or in the stream."""
    for _ in range(a.rng.randrange(5, 60)):
        if one := a.connect():
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, a.rng.randrange(2))
            a.send(one, a.any_request())
            a.wait(a.rng.choice([0, 0, 0.05]))
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_WR)
            a.read(one, a.rng.uniform(0, 0.2))


def many_plays(a):
    """Play after Play on one connection, chunked and not, with and without a Stop between."""
    kinds = requests(a.session())
    if one := a.connect():
        for _ in range(a.rng.randrange(5, 100)):
            a.send(one, kinds[a.rng.choice(["chunked Play", "chunked Play", "Stop", "Play", "Describe again"])], 1)
            a.read(one, a.rng.choice([0, 0.05]))


def one_session(a):
    """Play, Stop and SelectStream of one client-id from several connections at a time."""
    kinds = requests(a.session())
    for _ in range(a.rng.randrange(3, 30)):
        sockets = a.connect_many(a.rng.randrange(2, 6))
        for _ in range(10):
            for one in sockets:
                with contextlib.suppress(OSError):
                    one.send(kinds[a.rng.choice(["Play", "chunked Play", "Stop", "SelectStream", "KeepAlive", "Log"])])
                    one.recv(4096)
        if not a.wait(0.05):
            break
        a.leave()


def forged_ids(a):
    """Client-ids of nobody, and of others."""
    for _ in range(a.rng.randrange(20, 100)):
        value = a.rng.choice([a.rng.randrange(1 << 32), 0, 1, (1 << 32) - 1, 1 << 32, -1, "x", "", "1,client-id=2", "9" * 999])
        if one := a.connect(a.any_request(f"client-id={value}")):
            a.read(one, a.rng.choice([0, 0.02]))


def log_bombs(a):
    """Logs of kilobytes that are taken, and of megabytes that are not."""
    session = a.session()
    for size in (64_000, 60_000, 65_536, 1 << 20, 5 << 20):
        body = a.rng.choice([log_body(size), b"<a>" * (size // 3), b"<" * size, b"<a>" + b"&" * size + b"</a>", b"\xff" * size])
        one = a.connect()
        for _ in range(a.rng.randrange(1, 8) if one else 0):
            if not a.send(one, wmsp.request(session, method="POST", fields=[LOG_TYPE], body=body, version="1.1"), 2):
                break
            a.read(one, 0.02)


def long_names(a):
    """As much as a head holds in every field that is kept or logged."""
    for name in ("User-Agent", "Host", "Via", "X-Forwarded-For", "Pragma: xClientGUID", "Pragma: proxy-client-agent", "target"):
        filler = a.rng.randbytes(7000).hex() if a.rng.randrange(2) else "\x01" * 15_000
        agent, target = "NSPlayer/9.0" + (f" {filler}" if name == "User-Agent" else ""), "/?" + filler if name == "target" else "/"
        fields = [f"{name}{'=' if 'Pragma' in name else ': '}{filler}"] if name not in ("User-Agent", "target") else []
        for _ in range(a.rng.randrange(1, 20)):
            one = a.connect(wmsp.request(*wmsp.PLAY, agent=agent, target=target, fields=fields))
            if one and a.rng.randrange(3) == 0:
                a.read(one, 0.02)


def switching(a):
    """A stream that is switched to and fro, faster than it is read."""
    kinds = requests(session := a.session())
    one = a.connect(kinds["chunked Play"], 4096)
    for _ in range(a.rng.randrange(50, 500) if one else 0):
        entries = [f"{a.rng.choice(['ffff', '1', '2', '7f', '80'])}:{a.rng.randrange(0, 140):x}:{a.rng.randrange(3)}" for _ in range(100)]
        if not a.send(one, wmsp.request(session, *wmsp.switch(*entries), method="POST", version="1.1"), 0.2):
            break
        if a.rng.randrange(20) == 0:
            a.read(one, 0.01)


def denied(a):
    """From an address that the access lists exclude."""
    for _ in range(a.rng.randrange(10, 100)):
        if one := a.connect(a.any_request(), source=DENIED):
            a.counts["denied clients that were served"] += b" 200 " in a.read(one, 0.02, 100)[:20]


def other_addresses(a):
    """At other addresses of the sink's machine, over IPv4 and IPv6."""
    for _ in range(a.rng.randrange(10, 100)):
        to = a.rng.choice(["::1", f"127.{a.rng.randrange(1, 255)}.{a.rng.randrange(256)}.{a.rng.randrange(1, 255)}"])
        if one := a.connect(a.any_request(), to=to):
            a.read(one, a.rng.choice([0, 0.02]))


def metrics(a):
    """The same at the port of the metrics: floods, slow and endless heads, garbage; and questions that are in order."""
    ask = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    choice = a.rng.randrange(5)
    if choice == 0:
        a.connect_many(a.rng.randrange(20, 300), port=a.metrics_port)
        a.wait(a.rng.uniform(0, 12))
    elif choice == 1:
        slow = a.connect_many(a.rng.randrange(5, 30), b"GET /metrics", port=a.metrics_port)
        while a.wait(0.2) and a.rng.randrange(30):
            drip(slow, b"x")
    elif choice == 2:
        drip(a.connect_many(20, ask[:-2], port=a.metrics_port), b"X: " + b"x" * 10_000)
    elif choice == 3:
        for _ in range(100):
            a.connect(garbage(a.rng, ask), port=a.metrics_port)
    else:
        for _ in range(50):
            one = a.connect(ask, port=a.metrics_port)
            a.counts["scrapes answered"] += b" 200 OK" in a.read(one, 0.2, 1 << 20)[:20] if one else 0


ATTACKS = (flood, vanish, slow_heads, endless_heads, mutations, every_request, bytewise, lengths, nulls, pipelines, deaf, sipping, cut,
           killed_players, half_closers, many_plays, one_session, forged_ids, log_bombs, long_names, switching, denied, other_addresses,
           metrics)
