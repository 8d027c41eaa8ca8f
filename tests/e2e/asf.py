"""Reads ASF files and data packets (ASF specification 01.20.05): a second opinion that shares no code with wmclients.

Only what a packet of a Windows Media encoder or of ffmpeg has; anything else is a ValueError.
"""

import struct

HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
STREAM_PROPERTIES = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
KINDS = {bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b"): "video", bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b"): "audio"}
SIZES = (0, 1, 2, 4)  # of a field, by its two bits of length type


def number(data, at, size):
    return int.from_bytes(data[at:at + size], "little")


class Payload:
    """One payload: stream, key (frame), object_number, offset (in its media object), object_size, time (ms), data."""

    def __init__(self, stream, key, object_number, offset):
        self.stream, self.key, self.object_number, self.offset = stream, key, object_number, offset
        self.object_size = self.time = None
        self.data = b""

    def content(self):
        """What it is of, without the numbers that a live source may move."""
        return self.stream, self.key, self.offset, self.object_size, self.data


class Packet:
    """A data packet: send_time, duration, payloads, length (without padding), padding (as told).

    `moving` are the places of what a live source may move on: {(offset, size): "send" | "time" | ("number", stream)}.
    """

    def __init__(self, raw):
        self.raw, self.payloads, self.moving = raw, [], {}
        try:
            self.read(raw)
        except (IndexError, struct.error) as error:
            raise ValueError(f"a data packet of {len(raw)} bytes: {error}") from error

    def read(self, raw):
        at = 0
        if raw[0] & 0x80:
            at = 1 + (raw[0] & 15)
        flags, properties = raw[at], raw[at + 1]
        at += 2
        replicated_size, offset_size, number_size = (SIZES[properties >> shift & 3] for shift in (0, 2, 4))
        if properties >> 6 != 1:
            raise ValueError(f"property flags {properties:#x}")
        fields = {}
        for name, shift in (("length", 5), ("sequence", 1), ("padding", 3)):
            fields[name] = (at, SIZES[flags >> shift & 3])
            at += SIZES[flags >> shift & 3]
        self.length_field, self.padding_field = fields["length"], fields["padding"]
        told_length = number(raw, *self.length_field) if self.length_field[1] else len(raw)
        self.padding = number(raw, *self.padding_field)
        self.send_time, self.duration = struct.unpack_from("<IH", raw, at)
        self.moving[at, 4] = "send"
        at += 6
        end = told_length - self.padding
        if not at < end <= len(raw):
            raise ValueError(f"payloads end at {end} of {len(raw)} bytes")
        self.multiple = bool(flags & 1)
        count, length_size = 1, 0
        if self.multiple:
            count, length_size = raw[at] & 0x3F, SIZES[raw[at] >> 6]
            at += 1
        for _ in range(count):
            payload = Payload(raw[at] & 0x7F, bool(raw[at] & 0x80), number(raw, at + 1, number_size),
                              number(raw, at + 1 + number_size, offset_size))
            if number_size:
                self.moving[at + 1, number_size] = ("number", payload.stream)
            at += 1 + number_size + offset_size
            replicated = number(raw, at, replicated_size)
            at += replicated_size
            if replicated < 8:
                raise ValueError(f"replicated data of {replicated} bytes")
            payload.object_size, payload.time = struct.unpack_from("<II", raw, at)
            self.moving[at + 4, 4] = "time"
            at += replicated
            size = end - at
            if length_size:
                size = number(raw, at, length_size)
                at += length_size
            if at + size > end:
                raise ValueError(f"a payload ends at {at + size} of {end}")
            payload.data = raw[at:at + size]
            at += size
            self.payloads.append(payload)
        self.length = at
        self.can_lose_padding = self.multiple or bool(self.length_field[1])

    def fixed(self):
        """The bytes of the packet without padding, its lengths and what a live source may move set to zero."""
        out = bytearray(self.raw[:self.length])
        for at, size in [self.length_field, self.padding_field, *self.moving]:
            out[at:at + size] = bytes(size)
        return bytes(out)

    def whole(self):
        """The same without padding, only its lengths set to zero."""
        out = bytearray(self.raw[:self.length])
        for at, size in (self.length_field, self.padding_field):
            out[at:at + size] = bytes(size)
        return bytes(out)

    def numbers(self):
        """[(what it is, value, bits)] of all that a live source may move."""
        return [(what, number(self.raw, at, size), 8 * size) for (at, size), what in self.moving.items()]


class File:
    """An ASF file: header (with the first 50 bytes of the Data Object), packet_size, packets, streams {number: kind}."""

    def __init__(self, path):
        raw = path.read_bytes()
        if raw[:16] != HEADER:
            raise ValueError(f"{path} is no ASF file")
        size = number(raw, 16, 8)
        self.header = raw[:size + 50]
        self.packet_size, self.streams = describe(self.header)
        count = number(self.header, size + 40, 8)
        data = raw[size + 50:size + 50 + count * self.packet_size]
        self.packets = [Packet(data[at:at + self.packet_size]) for at in range(0, len(data), self.packet_size)]
        if len(self.packets) != count:
            raise ValueError(f"{path} has {len(self.packets)} of {count} packets")

    def stream(self, kind):
        """The number of its stream of that kind."""
        return next(n for n, k in self.streams.items() if k == kind)


def objects(header):
    """Yields (GUID, offset, size) of the objects in a Header Object."""
    at, end = 30, number(header, 16, 8)
    while at < end:
        size = number(header, at + 16, 8)
        if not 24 <= size <= end - at:
            raise ValueError("the objects of the ASF header do not fit in it")
        yield header[at:at + 16], at, size
        at += size


def describe(header):
    """(packet size, {stream number: kind}) of a header, which must end with 50 bytes of a Data Object."""
    end = number(header, 16, 8)
    if header[:16] != HEADER or header[end:end + 16] != DATA or len(header) != end + 50:
        raise ValueError("no ASF header with the first 50 bytes of the Data Object")
    packet_size, streams = None, {}
    for guid, at, _ in objects(header):
        if guid == FILE_PROPERTIES:
            packet_size = number(header, at + 96, 4)
        elif guid == STREAM_PROPERTIES:
            streams[number(header, at + 72, 2) & 0x7F] = KINDS.get(header[at + 24:at + 40], "other")
    return packet_size, streams


def without_sizes(header):
    """The header with the fields zeroed that say how long the file is, or that it is not live."""
    out, end = bytearray(header), number(header, 16, 8)
    for guid, at, _ in objects(header):
        if guid == FILE_PROPERTIES:
            for field, size in ((40, 8), (56, 8), (64, 8), (72, 8), (88, 4)):
                out[at + field:at + field + size] = bytes(size)
    out[end + 16:end + 24] = bytes(8)  # Data Object: size, packets
    out[end + 40:end + 48] = bytes(8)
    return bytes(out)


def flags(header):
    """The flags of File Properties."""
    return next(number(header, at + 88, 4) for guid, at, _ in objects(header) if guid == FILE_PROPERTIES)
