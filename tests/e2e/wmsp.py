"""A client of MS-WMSP: as much of one as the tests need, and strict where players are not."""

import socket
import struct
import time

AGENT = "NSPlayer/12.0.7601.17514"
GUID = "{8C1A7D52-6E0B-4F3A-9D41-5B2E7C90A1F6}"


class Packet:
    """A `$` packet: kind (one letter), more (the B bit), and of $C and $E the reason, of $H and $D the rest."""

    def __init__(self, kind, more, body):
        self.kind, self.more, self.at = kind, more, time.time()
        self.payload, self.reason = b"", None
        if kind in "CE":
            if len(body) != 4:
                raise ValueError(f"${kind} with {len(body)} bytes")
            self.reason = struct.unpack("<I", body)[0]
        elif kind in "HD":
            self.location, self.incarnation, self.flags, size = struct.unpack_from("<IBBH", body)
            if size != len(body):
                raise ValueError(f"${kind}: PacketSize {size}, PacketLength {len(body)}")
            self.payload = body[8:]
        else:
            raise ValueError(f"a ${kind}, which a live encoder does not send")


def request(*pragmas, method="GET", target="/", agent=AGENT, fields=(), body=b"", version="1.0"):
    """The bytes of a request."""
    lines = [f"{method} {target} HTTP/{version}", "Accept: */*", "Host: sink.example:8080"]
    lines += [f"User-Agent: {agent}"] if agent else []
    lines += [f"Pragma: {pragma}" for pragma in pragmas] + list(fields)
    if method == "POST":
        lines += [f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Link:
    """A TCP connection to a sink. No wait is longer than `patience` seconds; then TimeoutError is raised."""

    def __init__(self, port, address="127.0.0.1", patience=15):
        self.socket = socket.create_connection((address, port), patience)
        self.local = self.socket.getsockname()[:2]
        self.data = b""       # received and not taken
        self.chunk = None     # bytes left of the current chunk; None: the body is not chunked
        self.body = b""       # taken out of chunks and not taken
        self.ended = False    # the zero chunk has come

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def reset(self):
        """Ends the connection by RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # --- requests and replies

    def send(self, *pragmas, **parts):
        self.socket.sendall(request(*pragmas, **parts))

    def more(self):
        """Receives; False at the end of the connection."""
        got = self.socket.recv(65536)
        self.data += got
        return bool(got)

    def take(self, size):
        while len(self.data) < size:
            if not self.more():
                raise EOFError(f"the connection ended {size - len(self.data)} bytes too soon")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def line(self):
        while b"\r\n" not in self.data:
            if not self.more():
                raise EOFError("the connection ended inside a line")
        line, _, self.data = self.data.partition(b"\r\n")
        return line.decode("latin-1")

    def head(self):
        """The head of the next reply."""
        reply = Reply(self.line())
        while line := self.line():
            name, separator, value = line.partition(":")
            if not separator or name != name.strip():
                raise ValueError(f"no header field: {line!r}")
            reply.fields.append((name.lower(), value.strip()))
        self.chunk = 0 if reply.field("transfer-encoding") == "chunked" else None
        self.body, self.ended = b"", False
        return reply

    def ask(self, *pragmas, **request):
        """Sends a request; the reply's head."""
        self.send(*pragmas, **request)
        return self.head()

    def at_end(self):
        """True if the server has closed, and nothing is left."""
        while self.more():
            pass
        return not self.data

    # --- the body of a Play

    def read_chunk(self):
        """Takes the next chunk apart; False after the last one."""
        size = self.line()
        if not size or any(c not in "0123456789abcdefABCDEF" for c in size):
            raise ValueError(f"no chunk size: {size!r}")
        self.body += self.take(int(size, 16))
        if self.take(2) != b"\r\n":
            raise ValueError("no CRLF behind a chunk")
        self.ended = int(size, 16) == 0
        return not self.ended

    def take_body(self, size):
        """That many bytes of the body; None if it ends before the first."""
        if self.chunk is None:
            while len(self.data) < size and self.more():
                pass
            source, self.data = self.data[:size], self.data[size:]
        else:
            while len(self.body) < size and not self.ended and self.read_chunk():
                pass
            source, self.body = self.body[:size], self.body[size:]
        if len(source) == size:
            return source
        if source:
            raise EOFError(f"the body ends {size - len(source)} bytes too soon")
        return None

    def packets(self, seconds=None):
        """Yields the `$` packets of a Play's body until it ends, or the first one after so many seconds."""
        until = time.monotonic() + (seconds if seconds is not None else 600)
        while time.monotonic() < until:
            head = self.take_body(4)
            if head is None:
                return
            if head[0] & 0x7F != 0x24:
                raise ValueError(f"no `$` packet: {head.hex()}")
            body = self.take_body(struct.unpack_from("<H", head, 2)[0])
            if body is None:
                raise EOFError("the body ends inside a `$` packet")
            yield Packet(chr(head[1]), bool(head[0] & 0x80), body)


class Reply:
    """The head of a reply: version ("1.0"), status (200), fields [(name in lower case, value)]."""

    def __init__(self, status_line):
        words = status_line.split(" ", 2)
        if len(words) != 3 or not words[0].startswith("HTTP/1.") or len(words[1]) != 3:
            raise ValueError(f"no status line: {status_line!r}")
        self.version, self.status, self.fields = words[0][5:], int(words[1]), []

    def field(self, name):
        return next((value for n, value in self.fields if n == name), None)

    def pragma(self, name):
        """The value of a Pragma token ("" if it has none), or None."""
        for field, value in self.fields:
            key, _, rest = value.partition("=")
            if field == "pragma" and key == name:
                return rest
        return None

    def client_id(self):
        return int(self.pragma("client-id"))


def switch(*entries):
    """The two Pragma tokens that choose streams: switch("ffff:1:0")."""
    return f"stream-switch-count={len(entries)}", "stream-switch-entry=" + " ".join(entries)


PLAY = ("no-cache,rate=1.000,stream-time=0,stream-offset=0:0,packet-num=4294967295,max-duration=0",
        f"xClientGUID={GUID}", "xPlayStrm=1")
DESCRIBE = ("no-cache,rate=1.000,stream-time=0,stream-offset=0:0,request-context=1", f"xClientGUID={GUID}")
