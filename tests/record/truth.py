#!/usr/bin/python3
"""The truth about the clients of a recording: slow, simple, standard library only.

    truth.py CAPTURE [CAPTURE...] [--port N]... [--already ADDR:PORT]... [--seen server] [--timed-by FILE] [--details]

Prints a JSON array with one object for each client, in attach order:

  address, port     the client's endpoint
  sink              the server's endpoint (10.78.0.1:8080, fd78::1:8080)
  attached_ns       the first copy of the packet with the first byte of the 200 reply to its Play
                    (GET with Pragma xPlayStrm=1), in nanoseconds since 1970
  detached_ns       the first valid FIN or RST of either side after that, or a new SYN on the same
                    endpoints; null if there was none
  user_agent, server
  header_packets, data_packets, media_bytes
                    complete $H and $D in the whole reply body as captured (also after the detach),
                    and the sum of PacketLength - 8 over the $D

With --details each object also has end_reason (client_fin, client_rst, server_fin, server_rst, replaced;
null while attached), first_packet (1-based number of the connection's first packet), cut (the body ends inside a
packet), and hole (bytes are missing in the middle of the body, so that the counters cover only the bytes before it).

It knows only connections whose SYN it has seen, in captures that hold whole packets of both directions; anything
else is an error, not a guess. --already names a connection that was attached before the capture began (known from
elsewhere, e.g. the kernel's socket table): its times are null and the first FIN or RST, its counters null.
--seen server: detach only by what the server sends (what a capture of that direction alone can tell); the rest
still comes from both directions. --timed-by: FILE is a cut or filtered recording of the same traffic, made at the same time; the
times are those that the same frames have in it (two recorders stamp a frame some microseconds apart).

Reads pcap (micro- and nanoseconds, both byte orders) and pcapng; Ethernet, Linux cooked v1 and v2; VLAN tags, one or
more; IPv4 and IPv6. Several files are read one after another; a time that goes backwards within a file is replaced by
the latest so far. Compressed files: gz, xz, bz2 by the
standard library, zst and lz4 by the programs of these names.

This script is a referee for wmclients, so it shares no code with it and must stay independent of it.
"""

import argparse
import bz2
import gzip
import ipaddress
import json
import lzma
import re
import struct
import subprocess
import sys

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
ETHERNET, COOKED_V1, COOKED_V2 = 1, 113, 276
WINDOW = 1 << 20  # how far from the bytes seen so far a FIN or RST may lie


def fail(text):
    sys.exit(f"truth.py: {text}")


# --- files ---------------------------------------------------------------------------------------------------------

def read_bytes(path):
    with open(path, "rb") as f:
        raw = f.read()
    if raw[:2] == b"\x1f\x8b":
        return gzip.decompress(raw)
    if raw[:6] == b"\xfd7zXZ\x00":
        return lzma.decompress(raw)
    if raw[:3] == b"BZh":
        return bz2.decompress(raw)
    for magic, program in ((b"\x28\xb5\x2f\xfd", "zstd"), (b"\x04\x22\x4d\x18", "lz4")):
        if raw[:4] == magic:
            return subprocess.run([program, "-dc"], input=raw, stdout=subprocess.PIPE, check=True).stdout
    return raw


def frames(path, may_be_cut=False):
    """Yields (time in ns, link type, bytes) for every packet of a file."""
    raw = read_bytes(path)
    if raw[:4] == b"\x0a\x0d\x0d\x0a":
        yield from pcapng_frames(path, raw)
        return
    for order in "<>":
        magic = struct.unpack(order + "I", raw[:4])[0]
        if magic in (0xA1B2C3D4, 0xA1B23C4D):
            break
    else:
        fail(f"{path}: not a capture file")
    to_ns = 1000 if magic == 0xA1B2C3D4 else 1
    link = struct.unpack(order + "I", raw[20:24])[0] & 0xFFFF
    at = 24
    while at < len(raw):
        seconds, fraction, captured, original = struct.unpack(order + "IIII", raw[at:at + 16])
        if captured < original and not may_be_cut:
            fail(f"{path}: packets are cut; use the full recording")
        yield seconds * 10**9 + fraction * to_ns, link, raw[at + 16:at + 16 + captured]
        at += 16 + captured


def pcapng_frames(path, raw):
    at, order, interfaces = 0, "<", []
    while at < len(raw):
        kind = raw[at:at + 4]
        if kind == b"\x0a\x0d\x0d\x0a":
            order = "<" if raw[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        length = struct.unpack(order + "I", raw[at + 4:at + 8])[0]
        block = raw[at + 8:at + length - 4]
        kind = struct.unpack(order + "I", kind)[0]
        if kind == 1:  # interface description
            link = struct.unpack(order + "H", block[:2])[0]
            ticks, option = 10**6, 8
            while option + 4 <= len(block):
                code, size = struct.unpack(order + "HH", block[option:option + 4])
                if code == 0:
                    break
                if code == 9:  # if_tsresol
                    n = block[option + 4]
                    ticks = 2**(n & 0x7F) if n & 0x80 else 10**n
                if code == 14:
                    fail(f"{path}: time offsets are not supported")
                option += 4 + (size + 3) // 4 * 4
            interfaces.append((link, ticks))
        elif kind == 6:  # enhanced packet
            interface, high, low, captured, original = struct.unpack(order + "IIIII", block[:20])
            if captured < original:
                fail(f"{path}: packets are cut; use the full recording")
            link, ticks = interfaces[interface]
            yield ((high << 32) | low) * 10**9 // ticks, link, block[20:20 + captured]
        elif kind in (2, 3):
            fail(f"{path}: packet block of kind {kind} is not supported")
        at += length


# --- packets -------------------------------------------------------------------------------------------------------

def ip_packet(link, frame):
    """(EtherType, bytes from the IP header on) of a frame."""
    if link == ETHERNET:
        kind, at = struct.unpack(">H", frame[12:14])[0], 14
    elif link == COOKED_V1:
        kind, at = struct.unpack(">H", frame[14:16])[0], 16
    elif link == COOKED_V2:
        kind, at = struct.unpack(">H", frame[0:2])[0], 20
    else:
        fail(f"link type {link} is not supported")
    while kind in (0x8100, 0x88A8, 0x9100):
        kind, at = struct.unpack(">H", frame[at + 2:at + 4])[0], at + 4
    return kind, frame[at:]


def tcp_segment(link, frame):
    """(source, destination, seq, flags, payload), or None for anything but TCP. Endpoints are (address, port)."""
    kind, ip = ip_packet(link, frame)
    if kind == 0x0800:
        size = (ip[0] & 15) * 4
        if ip[9] != 6:
            return None
        if struct.unpack(">H", ip[6:8])[0] & 0x3FFF:
            fail("IPv4 fragments of TCP are not supported")
        source, destination = ip[12:16], ip[16:20]
        tcp = ip[size:struct.unpack(">H", ip[2:4])[0]]
    elif kind == 0x86DD:
        if ip[6] != 6:
            return None
        source, destination = ip[8:24], ip[24:40]
        tcp = ip[40:40 + struct.unpack(">H", ip[4:6])[0]]
    else:
        return None
    from_port, to_port, seq, _ack, offset, flags = struct.unpack(">HHIIBB", tcp[:14])
    return ((str(ipaddress.ip_address(source)), from_port), (str(ipaddress.ip_address(destination)), to_port),
            seq, flags, tcp[(offset >> 4) * 4:])


# --- connections ---------------------------------------------------------------------------------------------------

class Direction:
    """What one side sent: its segments, with offsets from its first byte."""

    def __init__(self):
        self.first_seq = None  # sequence number of byte 0
        self.segments = []     # (offset, payload, time, packet)
        self.highest = 0       # one past the highest byte seen

    def offset(self, seq):
        distance = (seq - self.first_seq) & 0xFFFFFFFF
        return distance - (1 << 32) if distance >= 1 << 31 else distance

    def add(self, seq, payload, time, packet):
        at = self.offset(seq)
        if at < 0:  # a keep-alive probe repeats the last byte
            payload, at = payload[-at:], 0
        if payload:
            self.segments.append((at, payload, time, packet))
            self.highest = max(self.highest, at + len(payload))

    def stream(self):
        """The bytes without a hole from byte 0, and whether more lies beyond a hole. The first copy of a byte wins."""
        data, seen = bytearray(self.highest), bytearray(self.highest)
        for at, payload, _, _ in self.segments:
            for i, byte in enumerate(payload, at):
                if not seen[i]:
                    data[i], seen[i] = byte, 1
        end = seen.find(0)
        return (bytes(data), False) if end < 0 else (bytes(data[:end]), True)

    def arrival(self, offset):
        """(time, packet) of the first packet that carries the byte."""
        for at, payload, time, packet in self.segments:
            if at <= offset < at + len(payload):
                return time, packet
        raise AssertionError("a byte without a packet")


class Connection:
    def __init__(self, client, server, packet):
        self.client, self.server, self.packet = client, server, packet
        self.sent = {"client": Direction(), "server": Direction()}
        self.endings = []  # (packet, time, reason)


class Clock:
    """The times that frames have in another recording of the same traffic, found by their bytes."""

    def __init__(self, path):
        packets = [(time, frame) for time, _, frame in frames(path, may_be_cut=True)]
        self.length = max(len(frame) for _, frame in packets)
        self.times = {}
        for time, frame in packets:
            self.times.setdefault(frame, []).append(time)

    def time(self, frame, otherwise):
        copies = self.times.get(frame[:self.length])
        return copies.pop(0) if copies else otherwise


def connections(paths, already=(), timed_by=None):
    """All connections whose SYN is in the capture, and those of `already`, in the order of their first packet."""
    found, current, number = [], {}, 0
    clock = Clock(timed_by) if timed_by else None
    for path in paths:
        latest = 0
        for time, link, frame in frames(path):
            number += 1
            if clock:
                time = clock.time(frame, time)
            else:
                time = latest = max(time, latest)
            segment = tcp_segment(link, frame)
            if segment is None:
                continue
            source, destination, seq, flags, payload = segment
            if flags & SYN and not flags & ACK:
                old = current.get((source, destination))
                if old and old.sent["client"].first_seq == (seq + 1) & 0xFFFFFFFF:
                    continue  # a repeated SYN
                if old:
                    old.endings.append((number, time, "replaced"))
                new = Connection(source, destination, number)
                new.sent["client"].first_seq = (seq + 1) & 0xFFFFFFFF
                current[source, destination] = new
                found.append(new)
                continue
            if (source, destination) in current:
                connection, side = current[source, destination], "client"
            elif (destination, source) in current:
                connection, side = current[destination, source], "server"
            elif source in already or destination in already:
                client, server = (source, destination) if source in already else (destination, source)
                connection = Connection(client, server, number)
                side = "client" if source in already else "server"
                current[client, server] = connection
                found.append(connection)
            else:
                continue
            direction = connection.sent[side]
            if flags & SYN:
                direction.first_seq = (seq + 1) & 0xFFFFFFFF
                continue
            if direction.first_seq is None:
                if flags & RST:
                    continue  # connection refused
                if connection.client not in already:
                    fail(f"packet {number}: the {side} of {connection.client} speaks before its SYN was captured")
                direction.first_seq = seq
            direction.add(seq, payload, time, number)
            for flag, name, at in ((FIN, "fin", direction.offset(seq) + len(payload)),
                                   (RST, "rst", direction.offset(seq))):
                if flags & flag and abs(at - direction.highest) <= WINDOW:
                    connection.endings.append((number, time, f"{side}_{name}"))
    return found


# --- HTTP and framing ----------------------------------------------------------------------------------------------

def head_of(stream):
    """(first line, [(name, value)], length) of a message head, or None if it is not complete."""
    end = stream.find(b"\r\n\r\n")
    if end < 0:
        return None
    lines = stream[:end].decode("latin-1").split("\r\n")
    fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]
    return lines[0], fields, end + 4


def values(fields, name):
    return [value for key, value in fields if key.lower() == name]


def is_play(line, fields):
    tokens = [token.strip().lower() for value in values(fields, "pragma") for token in value.split(",")]
    return line.split(" ")[0] == "GET" and "xplaystrm=1" in tokens


def count_packets(body):
    """($H, $D, media bytes, whether the body ends inside a packet)."""
    headers = data = media = at = 0
    while at + 4 <= len(body):
        if body[at] & 0x7F != 0x24:
            fail(f"no $ packet at body offset {at}")
        kind, length = body[at + 1:at + 2], struct.unpack("<H", body[at + 2:at + 4])[0]
        if at + 4 + length > len(body):
            break
        if kind == b"H":
            headers += 1
        elif kind == b"D":
            data += 1
            media += length - 8
        elif kind not in (b"C", b"E", b"M"):
            fail(f"${kind.decode('latin-1')} at body offset {at} is not supported")
        at += 4 + length
    return headers, data, media, at < len(body)


def text_of(endpoint):
    return f"{endpoint[0]}:{endpoint[1]}"


def exchange(connection):
    """(request head, reply head, server's bytes, hole) of the only exchange of a connection; heads may be None."""
    asked, _ = connection.sent["client"].stream()
    answered, hole = connection.sent["server"].stream()
    request = head_of(asked)
    if request and asked[request[2] + int((values(request[1], "content-length") or [0])[0]):].strip():
        fail(f"{text_of(connection.client)}: bytes after the first request are not supported")
    return request, head_of(answered), answered, hole


def status_of(reply):
    return reply[0].split(" ")[1] if reply else None


def client_of(connection, already=(), seen="both"):
    """The object to print, with details; None if the connection is no client."""
    result = {"address": connection.client[0], "port": connection.client[1], "sink": text_of(connection.server)}
    endings = [e for e in connection.endings if seen == "both" or e[2].startswith(seen)]
    if connection.client in already:
        _, time, reason = endings[0] if endings else (None, None, None)
        return result | {"attached_ns": None, "detached_ns": time, "user_agent": None, "server": None,
                         "header_packets": None, "data_packets": None, "media_bytes": None,
                         "end_reason": reason, "first_packet": connection.packet, "cut": None, "hole": None}
    request, reply, stream, hole = exchange(connection)
    if not request or not is_play(request[0], request[1]) or status_of(reply) != "200":
        return None
    body = stream[reply[2]:]
    if values(reply[1], "content-length") or values(reply[1], "transfer-encoding"):
        fail(f"{text_of(connection.client)}: only bodies that end with the connection are supported")
    if body and body[0] & 0x7F != 0x24:
        return None
    attached, packet = connection.sent["server"].arrival(0)
    later = [e for e in endings if e[0] > packet]
    _, detached, reason = later[0] if later else (None, None, None)
    headers, data, media, cut = count_packets(body)
    return result | {"attached_ns": attached, "detached_ns": detached,
                     "user_agent": (values(request[1], "user-agent") or [None])[0],
                     "server": (values(reply[1], "server") or [None])[0],
                     "header_packets": headers, "data_packets": data, "media_bytes": media,
                     "end_reason": reason, "first_packet": connection.packet, "cut": cut, "hole": hole}


def clients_of(found, already=(), seen="both"):
    rows = [row for row in (client_of(c, already, seen) for c in found) if row]
    return sorted(rows, key=lambda row: (row["attached_ns"] is not None, row["attached_ns"] or 0, row["first_packet"]))


def endpoint(text):
    address, port = text.rsplit(":", 1)
    return str(ipaddress.ip_address(re.sub(r"[\[\]]", "", address))), int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    parser.add_argument("--port", type=int, action="append", help="only sinks on this port (default: all)")
    parser.add_argument("--already", type=endpoint, action="append", default=[], metavar="ADDR:PORT")
    parser.add_argument("--seen", choices=("both", "server"), default="both")
    parser.add_argument("--timed-by", metavar="FILE")
    parser.add_argument("--details", action="store_true")
    options = parser.parse_args()
    found = [c for c in connections(options.captures, options.already, options.timed_by)
             if not options.port or c.server[1] in options.port]
    rows = clients_of(found, options.already, options.seen)
    if not options.details:
        for row in rows:
            if row["hole"]:
                fail(f"{row['address']}:{row['port']}: bytes of the reply are missing; see --details")
            for key in ("end_reason", "first_packet", "cut", "hole"):
                del row[key]
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
