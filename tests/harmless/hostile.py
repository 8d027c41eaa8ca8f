"""The rows of the table: strings that a terminal, a spreadsheet, a parser or a CI log must not get raw, and the files that have each of
them in every place where somebody else chooses the text."""

import base64
import json
import struct
import uuid

ESC = b"\x1b"

CLASSES = {
    "c0": bytes(c for c in range(1, 32)),
    "nul": b"a\0b",
    "line-ends": b"a\rb\nc\r\nd\x0be\x0cf\xc2\x85g",
    "escape-sequences": ESC + b"[2J" + ESC + b"[1;1H" + ESC + b"]0;title\x07" + ESC + b"P+q" + ESC + b"\\" + ESC + b"c",
    "del-c1": b"\x7f\xc2\x9b31m\xc2\x90\xc2\x9d",
    "c1-raw": b"\x9b31m\x90\x9d\x85",
    "bidi": "\u202e\u2066\u2067\u202d\u200f\u061c\u2069\u202c".encode(),
    "invisible": "\u200b\u00ad\u2060\ufeff\u3164\u115f\ufe0f\U000e0041\u0600\u06dd\u070f\u08e2\U000110bd\U00013430\u2028\u2029".encode(),
    "noncharacters": "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff".encode(),
    "malformed": b"\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82\xff\xfe\xc3",
    "wide": "播放\uff21\U0001f600e\u0301\u05d0\u05b0\u0e01\u0e31\u1100\u1161\u2764".encode(),
    "formula-equals": b'=HYPERLINK("http://evil.example/";"x")',
    "formula-plus": b"+1+cmd|' /C calc'!A0",
    "formula-minus": b"-2+3",
    "formula-at": b"@SUM(1)",
    "formula-tab": b"\t=1+1",
    "formula-blank": b"  =1+1",
    "formula-cell": b"x;=1+1;\t-1;\"@A1",
    "formula-wide": "＝1+1".encode(),
    "quotes": b"\",\"a,b\"\"\\\",'`",
    "markup": b"]]>\"'><script>alert(1)</script><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;&#0;<!--",
    "workflow": b"::error title=forged::it%0A::add-mask::e",
    "workflow-blank": "\u00a0\u3000::warning::forged".encode(),
    "workflow-inside": b"x##[error]forged ##vso[task.setvariable variable=a]b ###teamcity[x]",
    "workflow-line": b"x\n::error::forged\r\n::stop-commands::x",
    "tap": b"x # SKIP\nnot ok 99 - forged\n1..0 # TODO\n  ...\nBail out!",
    "shell": b"'; touch pwned; '$(touch pwned)`touch pwned`|&\\",
    "format": b"%s%n%x{}{0}{0:1000}{{}}%{x}",
    "sarif": b"{0}}{1}[link](http://evil.example/)[x\\](javascript:alert(1))",
    "metrics": b'"} 1\nforged{x="y"} 2\n# HELP',
    "json": b'","forged":1,"x":"\\u0000\\',
    "long": b"a" * 900,
}


def text(kind, place):
    """The string with the place's name, by which it is recognised."""
    return CLASSES[kind] + b"Zq" + place.encode()


def in_head(raw):
    """What may stand in a line of a head."""
    return raw.replace(b"\r", b"").replace(b"\n", b"")


def escaped(raw):
    """A string item of make_capture."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in raw) + '"'


# --- ASF

def asf_object(guid, fields):
    return uuid.UUID(guid).bytes_le + struct.pack("<Q", 24 + len(fields)) + fields


def wide(raw, unit):
    """UTF-16 with its length in bytes or (unit 2) characters; bytes that are no UTF-8 become lone surrogates."""
    encoded = raw.decode("utf-8", "surrogateescape").encode("utf-16-le", "surrogatepass") + b"\0\0"
    return struct.pack("<H", len(encoded) // unit) + encoded


def content_description(kind):
    texts = [text(kind, place).decode("utf-8", "surrogateescape").encode("utf-16-le", "surrogatepass")
             for place in ("title", "author", "copyright", "description", "rating")]
    return asf_object("75B22633-668E-11CF-A6D9-00AA0062CE6C", struct.pack("<5H", *map(len, texts)) + b"".join(texts))


def codec_list(kind):
    fields = uuid.UUID("86D15241-311D-11D0-A3A4-00A0C90348F6").bytes_le + struct.pack("<I", 1)
    fields += struct.pack("<H", 2) + wide(text(kind, "codec"), 2) + wide(text(kind, "codecinfo"), 2) + struct.pack("<H", 2) + b"\x61\x01"
    return asf_object("86D15240-311D-11D0-A3A4-00A0C90348F6", fields)


def script_command(kind):
    url = text(kind, "script").decode("utf-8", "surrogateescape").encode("utf-16-le", "surrogatepass")
    fields = uuid.UUID("4B1ACBE3-100B-11D0-A39B-00A0C90348F6").bytes_le + struct.pack("<HHH", 1, 1, 8) + "FILENAME".encode("utf-16-le")
    fields += struct.pack("<IHH", 0, 0, len(url) // 2) + url
    return asf_object("1EFB1A30-0B62-11D0-A39B-00A0C90348F6", fields)


def with_objects(header, *objects):
    """An ASF header (and what follows it) with these objects added."""
    size, count = struct.unpack_from("<QI", header, 16)
    added = b"".join(objects)
    return header[:16] + struct.pack("<QI", size + len(added), count + len(objects)) + header[28:size] + added + header[size:]


def asf_header(kind, file_id):
    audio = struct.pack("<HHIIHHH", 0x0161, 2, 44100, 8000, 1, 16, 0)
    file_properties = asf_object("8CABDCA1-A947-11CF-8EE4-00C00C205365",
                                 file_id.bytes_le + struct.pack("<QQQQQQIIII", 0, 0, 0xFFFFFFFF, 0, 0, 3000, 9, 1024, 1024, 64000))
    stream = asf_object("B7DC0791-A9B7-11CF-8EE6-00C00C205365",
                        uuid.UUID("F8699E40-5B4D-11CF-A8FD-00805F5C442B").bytes_le + bytes(16) + struct.pack("<QIIHI", 0, len(audio), 0, 1, 0)
                        + audio)
    extension = asf_object("5FBF03B5-A92E-11CF-8EE3-00C00C205365",
                           uuid.UUID("ABD3D211-A9BA-11CF-8EE6-00C00C205365").bytes_le + struct.pack("<HI", 6, 0))
    objects = [file_properties, stream, extension, content_description(kind), codec_list(kind), script_command(kind)]
    header = asf_object("75B22630-668E-11CF-A6D9-00AA0062CE6C", struct.pack("<IH", len(objects), 0x0201) + b"".join(objects))
    data = asf_object("75B22636-668E-11CF-A6D9-00AA0062CE6C", file_id.bytes_le + struct.pack("<QH", 0, 0x0101))
    return header + data


# --- DNS

def dns_name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def dns_answer(question, answer_type, data):
    head = struct.pack(">6H", 7, 0x8580, 1, 1, 0, 0) + question + struct.pack(">HH", answer_type, 1)
    return head + question + struct.pack(">HHIH", answer_type, 1, 300, len(data)) + data


# --- the capture

def script(kind):
    """For make_capture: clients and a sink that put the string wherever they can."""
    def head(place):
        return in_head(text(kind, place))

    target = head("path").replace(b" ", b"").replace(b"\t", b"")
    fields = b"User-Agent: %s\r\nHost: %s\r\nVia: 1.0 %s\r\nX-Forwarded-For: %s\r\nX-%s: x\r\n%s\r\n" % tuple(
        map(head, ("agent", "host", "via", "forwarded", "field", "line")))
    pragmas = b"Pragma: no-cache,rate=1.000,stream-time=0\r\nPragma: xPlayStrm=1\r\nPragma: xClientGUID=%s\r\n" % head("guid")
    pragmas += b"Pragma: proxy-client-agent=%s\r\nPragma: %s=1\r\nPragma: stream-switch-entry=%s\r\n" % tuple(
        map(head, ("proxy", "token", "entry")))
    play = b"GET /%s?%s HTTP/1.1\r\n" % (target, target) + fields + pragmas + b"\r\n"
    reply = b"HTTP/1.1 200 %s\r\nContent-Type: application/x-mms-framed\r\nServer: %s\r\nPragma: client-id=%s\r\nPragma: features=%s\r\n" % tuple(
        map(head, ("reason", "server", "id", "features")))
    log = b"<XML><Summary>%s</Summary><c-ip>%s</c-ip>" % (text(kind, "summary"), text(kind, "logged"))
    reverse = [b"10", b"0", b"0", b"10", b"in-addr", b"arpa"]
    label = text(kind, "dns")[-63:]
    body = escaped(asf_header(kind, uuid.UUID(int=77)))
    items = {
        "play": escaped(play),
        "reply": escaped(reply + b"\r\n"),
        "chunked": escaped(reply + b"Transfer-Encoding: chunked\r\n\r\n"),
        "extension": escaped(b"4;" + head("chunk") + b"\r\n$\0\0\0\r\n0\r\n\r\n"),
        "describe": escaped(play.replace(b"Pragma: xPlayStrm=1\r\n", b"")),
        "log": escaped(b"POST / HTTP/1.1\r\n" + fields + b"Content-Type: application/x-wms-LogStats\r\nPragma: client-id=%s\r\n" % head("id")
                       + b"Content-Length: %d\r\n\r\n" % len(log) + log),
        "refused": escaped(b"HTTP/1.0 404 %s\r\nServer: %s\r\n\r\n" % (head("reason"), head("server"))),
        "foreign": escaped(b"%s /%s HTTP/1.1\r\n" % (head("method").replace(b" ", b"").replace(b"\t", b""), target) + fields + b"\r\n"),
        "ptr": escaped(dns_answer(dns_name(b"11", *reverse[1:]), 12, dns_name(label, b"Zqdns", b"example"))),
        "mdns": escaped(dns_answer(dns_name(label, b"Zqmdns", b"local"), 1, bytes([10, 0, 0, 12]))),
    }
    lines = [f"let {name} {item}" for name, item in items.items()]
    lines += [f"connection {name} 10.0.0.1{number}:5000{number} -> 10.0.0.1:8080" for number, name in enumerate("abcdefg", 1)]
    lines += ["0.000 udp 10.0.0.53:53 -> 10.0.0.11:40000 %ptr", "0.001 udp 10.0.0.12:5353 -> 224.0.0.251:5353 %mdns"]
    for number, name in enumerate("abcdefg"):
        lines += [f"{number}.100 {name} handshake"]
    lines += [f"0.200 a > %play", f"0.300 a < %reply $H(data={body}) 3*$D(size=400)",
              "1.200 b > %play", f"1.300 b < %chunked chunk($H(data={body}) $D(size=400)) %extension",
              "2.200 c > %play", "2.300 c < %refused fin",
              "3.200 d > %foreign", "3.300 d < %refused fin",
              "4.200 e > %log", '4.300 e < "HTTP/1.1 204 No Content\\r\\n\\r\\n" fin',
              f"5.200 f > %describe", f"5.300 f < %reply $H(data={body})", "5.500 f < fin", "6.200 g > %play",
              f"6.300 g < %reply $H(data={body}) 2*$D(size=400) $E(0)", "7.000 g > fin", "8.000 a > fin"]
    return "\n".join(lines) + "\n"


# --- logs and other JSON that people hand on

def put(entry, name, raw):
    """As wmclients writes text that need not be UTF-8."""
    try:
        entry[name] = raw.decode()
    except UnicodeDecodeError:
        entry[name] = raw.decode("utf-8", "replace")
        entry[name + "_raw"] = base64.b64encode(raw).decode()


def event_log(kind):
    """An event log with the string in every text, key and name, as no program of ours writes it."""
    def line(event, second, **fields):
        time = f"2026-01-01T00:00:{second:02}.000000000Z"
        entry = {"type": event, "time": time, "seen_at": time}
        for name, value in fields.items():
            if isinstance(value, bytes):
                put(entry, name, value)
            else:
                entry[name] = value
        return json.dumps(entry)

    def words(*places):
        return {place: text(kind, place) for place in places}

    server = {"local_address": "10.0.0.1", "local_port": 8080}
    stream = words("title", "author", "encoder", "file_id")
    stream_json = {}
    for name, value in stream.items():
        put(stream_json, name, value)
    track = {"number": 1, "bitrate": 1}
    for place in ("type", "codec", "format"):
        put(track, place, text(kind, place))
    stream_json["tracks"] = [track, {"number": 2, **{key: track[key] for key in ("type", "codec")}}]
    key = text(kind, "key").decode("utf-8", "replace")
    texts = words("user_agent", "client_id", "client_guid", "target", "host", "via", "proxy_client_agent", "forwarded_for")
    texts["target"] = b"/" + texts["target"]
    client = {"connection": 1, "ordinal": 0, "address": "10.0.0.11", "port": 50001, **server}
    lines = [
        json.dumps({"type": "log", "schema_version": 1, "origin": key, "attach_on": key, "detach_on": key, key: key}),
        line("sink_open", 1, **server, server=text(kind, "server"), link_address=text(kind, "link")),
        line("stream_header", 1, **server, stream=stream_json),
        line("sink_streaming", 1, **server),
        line("name", 1, address="10.0.0.11", dns_name=text(kind, "dns_name"), dns_source="ptr"),
        line("connection_open", 2, **client),
        line("request", 2, connection=1, kind="Play", method=text(kind, "method"), target=texts["target"], user_agent=texts["user_agent"]),
        line("play", 2, **client, exact=True, server_side_captured=True, describe_certainty=text(kind, "certainty"), **texts),
        line("client_connect", 2, **client, dns_name=text(kind, "told"), user_agent=texts["user_agent"]),
        line("snapshot", 3, **server, count=1, clients=[{"address": "10.0.0.11", "port": 50001, "address_text": key, "port_text": key,
                                                         "dns_name": key}]),
        line(key, 3, **client),
        line("refused", 4, connection=2, address="10.0.0.12", port=50002, **server, status=404, user_agent=texts["user_agent"]),
        line("player_log", 4, **client, client_id=texts["client_id"], fields={key: key}),
        line("connection_close", 5, connection=1, **{"class": "data"}, why=text(kind, "why"), tracking_end=key),
        line("log_end", 6, complete=True, capture={"packets": 7, "interface": key},
             stats={key: {key: 3}, "caps_reached": {key: 1}, "x": key, "y": [key]}),
    ]
    return "\n".join(lines) + "\n"


def told_log(kind):
    """Of an owner that was told of a client: what diff compares with."""
    def line(event, second, **fields):
        time = f"2026-01-01T00:00:{second:02}.000000000Z"
        entry = {"type": event, "time": time, "seen_at": time, "local_address": "10.0.0.1", "local_port": 8080}
        for name, value in fields.items():
            if isinstance(value, bytes):
                put(entry, name, value)
            else:
                entry[name] = value
        return json.dumps(entry)

    name = text(kind, "told")
    client = {"connection": 1, "ordinal": 0, "address": "10.0.0.11", "port": 50001}
    said = {"address": "10.0.0.11", "port": 50001}
    for key in ("address_text", "port_text", "dns_name"):
        put(said, key, name)
    return "\n".join([json.dumps({"type": "log", "schema_version": 1, "origin": "com"}), line("sink_open", 0),
                      line("client_connect", 1, **client, event_id=32), line("client_connect", 1, **client, dns_name=name, event_id=37),
                      line("snapshot", 3, hresult="0x00000000", count=9, clients=[said]), line("client_disconnect", 9, **client),
                      json.dumps({"type": "log_end", "complete": True})]) + "\n"


def contract(kind, example):
    """The recorded contract `example` with the string in its texts and in what was observed."""
    document = json.loads(example)
    for name in ("dll", "dll_version", "windows", "wine"):
        put(document, name, text(kind, name))
    key = text(kind, "key").decode("utf-8", "replace")
    for number, one in enumerate(document["cases"]):
        put(one, "question", text(kind, "question"))
        if isinstance(one.get("observed"), dict):
            one["observed"] = {name: key for name in one["observed"]} | {key: key}
        if number % 3 == 0:
            one["answered"] = False
            put(one, "why_not", text(kind, "why_not"))
        if number % 5 == 0:
            put(one, "case", text(kind, "case"))
    return json.dumps(document)


def baseline(kind):
    findings = []
    for rule in ("http.request.user-agent", text(kind, "rule").decode("utf-8", "replace")):
        entry = {"rule": rule}
        put(entry, "party", text(kind, "party"))
        findings.append(entry)
    return json.dumps({"schema_version": 1, "findings": findings})


def expectation(kind):
    key = text(kind, "key").decode("utf-8", "replace")
    return json.dumps({"complete": key, key: 1, "sinks": [{"server": key, key: {key: [key]}}], "check": {key: "fail", "chunk.last": key}})
