"""What the sink sends and answers, seen by a client of our own (wmsp.py) on the loopback interface."""

import contextlib
import re
import resource
import select
import signal
import socket
import subprocess
import threading
import time

import asf
import wmsp
from bench import PATIENCE, Skip, check, equal, wait_for
from wmsp import DESCRIBE, PLAY, Link, switch


def numbered(packets):
    """The packets of a Play: their $D, after a check that LocationId rises by 1 and AFFlags from 0."""
    heads = [p for p in packets if p.kind == "H"]
    check(packets and packets[0].kind == "H" and len(heads) == 1, "a Play that does not begin with one $H")
    equal((heads[0].location, heads[0].flags), (0, 0x0C), "LocationId and AFFlags of $H")
    data = [p for p in packets if p.kind == "D"]
    check(data, "a Play without $D")
    equal([p.flags for p in data], [i % 256 for i in range(len(data))], "AFFlags of the $D")
    equal([p.location - data[0].location for p in data], list(range(len(data))), "the steps of LocationId")
    return data


def watch(port, seconds, *pragmas, **request):
    """A Play for so long: (head of the reply, its packets)."""
    with Link(port) as link:
        reply = link.ask(*PLAY, *pragmas, **request)
        equal(reply.status, 200, "the status of a Play's reply")
        return reply, list(link.packets(seconds))


def payloads_of(packets):
    return [payload for packet in packets for payload in asf.Packet(packet.payload).payloads]


def whole_objects(payloads):
    """Checks that each media object of a stream is complete and begins at offset 0 (but for the last)."""
    reached = {}
    for payload in payloads:
        check(payload.offset == reached.get(payload.stream, 0),
              f"stream {payload.stream}: a payload at offset {payload.offset} of its object, expected {reached.get(payload.stream, 0)}")
        reached[payload.stream] = (payload.offset + len(payload.data)) % payload.object_size


def first_difference(found, expected):
    at = next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b), min(len(found), len(expected)))
    return f"byte {at} is not the source's ({len(found)} bytes, expected {len(expected)})"


# --- the stream itself

def describe(bench):
    """A Describe gets the file's header, made live, and the end of the connection; it is no client."""
    source = asf.File(bench.four)
    with bench.sink(bench.four) as sink:
        with Link(sink.port) as link:
            reply = link.ask(*DESCRIBE)
            equal((reply.status, reply.field("content-type")), (200, "application/vnd.ms.wms-hdr.asfv1"), "status and type")
            check(reply.field("server").startswith("Rex/12."), f"Server: {reply.field('server')}")
            equal(reply.pragma("features"), '"broadcast"', "features")
            body = list(link.packets())
            equal([p.kind for p in body], ["H"], "the body")
            equal(int(reply.field("content-length")), len(body[0].payload) + 12, "Content-Length")
            check(link.at_end(), "something follows the $H")
        header = body[0].payload
        equal(asf.without_sizes(header), asf.without_sizes(source.header), "the header but for its sizes")
        equal(asf.flags(header) & 3, 1, "Broadcast and Seekable")
        sink.stop()
        equal(sink.log("play", "client_connect"), [], "clients by a Describe")


def same_packets(bench):
    """The $D are the source's packets: in the first loop but for padding, later also but for times and object numbers."""
    source = asf.File(bench.four)
    with bench.sink(bench.four) as sink:
        _, packets = watch(sink.port, 9.5)
        sink.stop()
    data = [asf.Packet(p.payload) for p in numbered(packets)]
    count = len(source.packets)
    check(len(data) > 2 * count, f"{len(data)} packets in 9.5 s, where a loop has {count}")
    shifts = {}  # of each loop: {what it is: by how much}
    for index, packet in enumerate(data):
        loop, original = index // count, source.packets[index % count]
        where = f"packet {index % count} in loop {loop}"
        if original.can_lose_padding:
            equal((packet.padding, len(packet.raw)), (0, packet.length), f"{where}: padding and length")
        else:
            check(loop or packet.raw == original.raw, f"{where}: {first_difference(packet.raw, original.raw)}")
        if loop == 0:
            check(packet.whole() == original.whole(), f"{where}: {first_difference(packet.whole(), original.whole())}")
        check(packet.fixed() == original.fixed(), f"{where}: {first_difference(packet.fixed(), original.fixed())}")
        for (what, value, bits), (_, before, _) in zip(packet.numbers(), original.numbers()):
            key = what if isinstance(what, tuple) else "send and time"
            moved = (value - before) % (1 << bits)
            equal(moved, shifts.setdefault(loop, {}).setdefault(key, moved), f"{where}: by how much {what} is moved")
    for loop, moved in shifts.items():
        check(abs(moved["send and time"] - 4000 * loop) <= 60 * loop, f"loop {loop}: times are moved by {moved['send and time']} ms")
    # Numbers go on where the loop before ended.
    for stream in source.streams:
        numbers = [p.object_number for packet in data for p in packet.payloads if p.stream == stream and p.offset == 0]
        equal([n % 256 for n in numbers], [(numbers[0] + i) % 256 for i in range(len(numbers))], f"object numbers of stream {stream}")


def late_joiner(bench):
    """Who joins late begins at a key frame with whole objects, and from then on gets what the source has."""
    source = asf.File(bench.twenty)
    video = source.stream("video")
    with bench.sink(bench.twenty, "--burst-seconds", "1") as sink:
        time.sleep(3.3)
        _, packets = watch(sink.port, 4)
        sink.stop()
    found = payloads_of(numbered(packets))
    first = next(p for p in found if p.stream == video)
    check(first.key and first.offset == 0, "the first video payload is no beginning of a key frame")
    whole_objects(found)
    originals = [payload for packet in source.packets for payload in packet.payloads]
    for stream in source.streams:
        mine = [p.content() for p in found if p.stream == stream]
        his = [p.content() for p in originals if p.stream == stream]
        begins = [i for i in range(len(his)) if his[i] == mine[0] and his[i:i + len(mine)] == mine]
        check(begins and begins[0] > 0, f"stream {stream}: {len(mine)} payloads are no run of the source's")
    # "At once" is the burst of 1 s, from the key frame before it on (one every 2 s).
    early = [p for p in packets if p.at < packets[0].at + 0.5 and p.kind == "D"]
    lead = asf.Packet(early[-1].payload).send_time - asf.Packet(early[0].payload).send_time
    check(900 <= lead <= 3700, f"{lead} ms of the past came at once, of a burst of 1 s and key frames every 2 s")


def audio_file(bench):
    """A file without video loops, too, and every packet is an entry."""
    source = asf.File(bench.sound)
    with bench.sink(bench.sound) as sink:
        _, packets = watch(sink.port, 6)
        sink.stop()
    data = numbered(packets)
    check(len(data) > len(source.packets), "no second loop in 6 s")
    whole_objects(payloads_of(data))


# --- streams that are chosen

def chosen_streams(bench):
    """A Play with stream-switch-entry gets those streams alone; key frames alone, if asked for."""
    source = asf.File(bench.four)
    video, audio = source.stream("video"), source.stream("audio")
    results = {}
    with bench.sink(bench.four, "--max-clients", "9") as sink:
        wishes = {"audio": [f"ffff:{audio:x}:0"], "video": [f"ffff:{video:x}:0"], "both": [f"ffff:{audio:x}:0", f"ffff:{video:x}:0"],
                  "key": [f"ffff:{video:x}:1", f"ffff:{audio:x}:2"]}
        threads = [threading.Thread(target=lambda n=name, w=wish: results.update({n: watch(sink.port, 5.5, *switch(*w))[1]}))
                   for name, wish in wishes.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        sink.stop()
    equal(sorted(results), sorted(wishes), "the Plays that went well")
    for name, expected in (("audio", {audio}), ("video", {video}), ("both", {audio, video}), ("key", {video})):
        found = payloads_of(numbered(results[name]))
        equal({p.stream for p in found}, expected, f"{name}: the streams that came")
        whole_objects(found)
    found = payloads_of(numbered(results["key"]))
    check(all(p.key for p in found), "key frames alone: there are others")
    began = [p for p in found if p.offset == 0]
    check(len(began) >= 3, f"key frames alone: {len(began)} in 5.5 s, one every 2 s")
    steps = [b.time - a.time for a, b in zip(began, began[1:])]
    check(all(1900 <= step <= 2100 for step in steps), f"key frames alone: {steps} ms apart")


def select_stream(bench):
    """A SelectStream beside the Play turns a stream off, and on again from a key frame on."""
    source = asf.File(bench.four)
    video, audio = source.stream("video"), source.stream("audio")
    with bench.sink(bench.four) as sink, Link(sink.port) as link:
        reply = link.ask(*PLAY)
        packets = link.packets()
        session = f"client-id={reply.client_id()}"

        def select(*entries):
            with Link(sink.port) as other:
                answer = other.ask(session, *switch(*entries), method="POST")
                equal((answer.status, answer.client_id()), (200, reply.client_id()), "the answer to SelectStream")
            list(link.packets(1))  # what was on its way

        def some():
            return payloads_of([next(packets) for _ in range(12)])

        equal({p.stream for p in payloads_of([p for p in (next(packets) for _ in range(12)) if p.kind == "D"])}, {video, audio},
              "the streams at first")
        select(f"ffff:{video:x}:2")
        equal({p.stream for p in some()}, {audio}, "the streams after video is off")
        with Link(sink.port) as other:
            equal(other.ask(session, *switch(f"ffff:{video:x}:0"), method="POST").status, 200, "the answer to SelectStream")
        first = next(p for packet in packets for p in payloads_of([packet]) if p.stream == video)
        check(first.key and first.offset == 0, "video that is on again does not begin at a key frame")
        sink.stop()


# --- requests and answers

def chunked(bench):
    """HTTP/1.1 with version11-enabled=1 gets a chunked body; a Log waits for its end; Stop ends it."""
    with bench.sink(bench.four) as sink, Link(sink.port) as link:
        reply = link.ask(*PLAY, "version11-enabled=1", version="1.1")
        equal((reply.version, reply.status, reply.field("transfer-encoding")), ("1.1", 200, "chunked"), "the reply")
        equal(reply.field("content-length"), None, "Content-Length")
        data = [next(p) for p in [link.packets()] for _ in range(20)]
        numbered(data)
        session = f"client-id={reply.client_id()}"
        link.send(session, method="POST", version="1.1", fields=["Content-Type: application/x-wms-LogStats;charset=UTF-8"],
                  body=b"<XML><c-rate>1</c-rate></XML>")
        wait_for(lambda: sink.log("player_log"), "the Log of a streaming connection")
        check(not any(p.kind == "E" for p in link.packets(0.5)), "a Log ended the stream")
        link.send(session, "xStopStrm=1", method="POST", version="1.1")
        list(link.packets())
        check(link.ended, "no zero chunk after a Stop")
        equal(link.head().status, 204, "the answer to the Log, after the body")
        equal(link.head().status, 200, "the answer to the Stop")
        again = link.ask(*PLAY, session, "version11-enabled=1", version="1.1")
        equal((again.status, again.client_id(), again.pragma("xResetStrm")), (200, reply.client_id(), None), "a Play after the Stop")
        numbered([next(p) for p in [link.packets()] for _ in range(10)])
        sink.process.send_signal(signal.SIGINT)
        packets = list(link.packets())
        equal((packets[-1].kind, packets[-1].reason), ("E", 0), "the last packet")
        check(link.ended, "no zero chunk after $E")
        link.socket.close()
        sink.ends()
        ends = [event["reason"] for event in sink.log("client_disconnect")]
        equal(ends, ["stop", "eos"], "why the two Plays ended")


def player_log(bench):
    """Both forms of a Log are events with their fields; without a session they are refused."""
    xml = ("<XML><Summary>0.0.0.0 2026-11-22 11:12:13 - mms://sink.example/ 0 17 1 200</Summary><c-rate>1</c-rate><c-status>200</c-status>"
           "<x-duration>17</x-duration><c-os>Windows &amp; more</c-os></XML>").encode()
    line = "0.0.0.0 2026-11-22 11:12:13 - mms://sink.example/ 0 23 1 200 {8C1A7D52-6E0B-4F3A-9D41-5B2E7C90A1F6} 6.4.9.1121 de"
    kind = ["Content-Type: application/x-wms-LogStats;charset=UTF-8"]
    with bench.sink(bench.four) as sink:
        with Link(sink.port) as link:
            session = f"client-id={link.ask(*DESCRIBE).client_id()}"
        for pragmas, fields, body, name in (([session], kind, xml, "XML"), ([session, f"log-line={line}"], [], b"", "log-line")):
            with Link(sink.port) as link:
                equal(link.ask(*pragmas, method="POST", fields=fields, body=body).status, 204, f"the answer to a Log ({name})")
                check(link.at_end(), "the answer to a Log has a body")
                address, port = link.local
            event = sink.log("player_log")[-1]
            equal((event["address"], event["port"], "client-id=" + event["client_id"]), (address, port, session), f"whose Log ({name})")
        for stranger in ("client-id=4711", "no-cache"):
            with Link(sink.port) as link:
                equal(link.ask(stranger, method="POST", fields=kind, body=xml).status, 400, f"a Log with {stranger}")
        sink.stop()
        events = sink.log("player_log")
        equal(len(events), 2, "Log events")
        equal({k: events[0]["fields"].get(k) for k in ("c-rate", "c-status", "x-duration", "c-os")},
              {"c-rate": "1", "c-status": "200", "x-duration": "17", "c-os": "Windows & more"}, "fields of the XML")
        equal({k: events[1]["fields"].get(k) for k in ("c-ip", "x-duration", "c-playerversion", "c-playerlanguage")},
              {"c-ip": "0.0.0.0", "x-duration": "23", "c-playerversion": "6.4.9.1121", "c-playerlanguage": "de"},
              "fields of the log-line")


def sessions(bench):
    """An unknown client-id begins a session anew; one that streams cannot be taken over."""
    with bench.sink(bench.four) as sink, Link(sink.port) as link:
        first = link.ask(*PLAY, "client-id=4711")
        equal((first.status, first.pragma("xResetStrm")), (200, "1"), "a Play with an unknown client-id")
        check(first.client_id() != 4711, "an unknown client-id is taken over")
        session = f"client-id={first.client_id()}"
        with Link(sink.port) as other:
            equal(other.ask(*PLAY, session).status, 400, "a second Play of a session that streams")
        with Link(sink.port) as other:
            equal(other.ask(*DESCRIBE, session).status, 400, "a Describe of a session that streams")
        check(next(link.packets()).kind == "H", "the first Play does not go on")
        link.socket.close()
        wait_for(lambda: sink.log("client_disconnect"), "the end of the first Play")
        with Link(sink.port) as other:
            again = other.ask(*PLAY, session)
            equal((again.status, again.client_id(), again.pragma("xResetStrm")), (200, first.client_id(), None),
                  "a Play of a session that no longer streams")
        sink.stop()
        equal([(event["status"], event["user_agent"]) for event in sink.log("refused")], [(400, wmsp.AGENT)], "refused events")


def full(bench):
    """--max-clients 1: the second gets 503 and a refused event; a Describe is still answered."""
    with bench.sink(bench.four, "--max-clients", "1") as sink, Link(sink.port) as link:
        equal(link.ask(*PLAY).status, 200, "the first Play")
        with Link(sink.port) as other:
            equal(other.ask(*PLAY).status, 503, "the second Play")
            port = other.local[1]
        with Link(sink.port) as other:
            equal(other.ask(*DESCRIBE).status, 200, "a Describe")
        refused = sink.log("refused")
        equal([(e["address"], e["port"], e["status"]) for e in refused], [("127.0.0.1", port, 503)], "refused events")
        link.reset()
        wait_for(lambda: sink.log("client_disconnect"), "the end of the first")
        equal(sink.log("client_disconnect")[0]["reason"], "client_rst", "why the first ended")
        with Link(sink.port) as other:
            equal(other.ask(*PLAY).status, 200, "the next Play")
        sink.stop()


def refused(bench):
    """--deny, --allow, another path, no player, no HTTP."""
    with bench.sink(bench.four, "--deny", "127.0.0.1") as sink, Link(sink.port) as link:
        equal(link.ask(*PLAY).status, 403, "a Play from a denied address")
        check(link.at_end(), "more after a refusal")
        sink.stop()
        equal([event["status"] for event in sink.log("refused")], [403], "refused events")
        equal(sink.log("play"), [], "Plays")
    with bench.sink(bench.four, "--allow", "10.0.0.0/8", "--refuse-with", "close") as sink, Link(sink.port) as link:
        check(link.at_end(), "an answer in spite of --refuse-with close")
        sink.stop()
    with bench.sink(bench.four) as sink:
        for what, status, request in (("another path", 404, {"target": "/nothing.asf"}), ("a browser", 400, {"agent": "Mozilla/5.0"}),
                                      ("no User-Agent", 400, {"agent": None}), ("PUT", 400, {"method": "PUT"})):
            with Link(sink.port) as link:
                equal(link.ask(*PLAY, **request).status, status, what)
                check(link.at_end(), f"{what}: more after a refusal")
        with Link(sink.port) as link:
            link.socket.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            equal(link.head().status, 400, "TLS")
        equal(watch(sink.port, 0.5, target="/?wmreconnect=0")[0].status, 200, "a query behind /")
        sink.stop()
        equal(len(sink.log("play")), 1, "Plays")


# --- the end

def last_packet(port, results, name, **request):
    """Reads a Play to its end: results[name] = its packets, or what went wrong."""
    try:
        with Link(port) as link:
            equal(link.ask(*PLAY, **request).status, 200, "the status")
            results[name] = list(link.packets())
            check(link.at_end() and link.chunk is None, "something follows the end")
    except (AssertionError, OSError, EOFError, ValueError) as error:
        results[name] = error


def everybody_gets_the_end(bench, *options, number=None):
    results = {}
    with bench.sink(bench.four, *options) as sink:
        threads = [threading.Thread(target=last_packet, args=(sink.port, results, n), daemon=True) for n in range(4)]
        for thread in threads:
            thread.start()
        wait_for(lambda: len(sink.log("play")) == 4, "four Plays")
        time.sleep(0.7)
        if number:
            sink.process.send_signal(number)
        sink.ends()
        for thread in threads:
            thread.join(PATIENCE)
        log = sink.log("client_disconnect", "connection_end")
    for name in range(4):
        packets = results.get(name)
        check(isinstance(packets, list), f"client {name}: {packets!r}")
        equal((packets[-1].kind, packets[-1].reason), ("E", 0), "the last packet")
        numbered(packets[:-1])
    equal([e["reason"] for e in log if e["type"] == "client_disconnect"], ["eos"] * 4, "why the clients went")
    return results


def once(bench):
    """--once: everybody gets the whole file and $E; then the program ends."""
    source = asf.File(bench.four)
    for packets in everybody_gets_the_end(bench, "--once").values():
        equal(len([p for p in packets if p.kind == "D"]), len(source.packets), "packets of --once")


def interrupt(bench):
    """Ctrl-C: everybody gets $E behind whole media objects (of a part, players would decode a wrong picture); the program ends well."""
    for packets in everybody_gets_the_end(bench, number=signal.SIGINT).values():
        last = {payload.stream: payload for payload in payloads_of([p for p in packets if p.kind == "D"])}
        for stream, payload in last.items():
            equal(payload.offset + len(payload.data), payload.object_size, f"the end of the last object of stream {stream}")


def slow_at_the_end(bench):
    """A client that is behind when the stream ends still gets all of it, and the log counts all of it."""
    source = asf.File(bench.four)
    with bench.sink(bench.four, "--once") as sink, Link(sink.port) as link:
        link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        equal(link.ask(*PLAY).status, 200, "the status")
        wait_for(lambda: sink.log("stream_end"), "the end of the stream")
        packets = list(link.packets())
        equal((packets[-1].kind, packets[-1].reason), ("E", 0), "the last packet")
        data = numbered(packets[:-1])
        equal(len(data), len(source.packets), "packets")
        sink.ends()
        for event in sink.log("stream_end", "client_disconnect", "client_state"):
            equal((event["header_packets"], event["data_packets"], event["cut_packets"], event["media_bytes"]),
                  (1, len(data), 0, sum(len(p.payload) for p in data)), f"the counters of {event['type']}")


def terminate(bench):
    """SIGTERM is the same; a client that has gone silent does not hold it up for long."""
    with bench.sink(bench.four) as sink, Link(sink.port) as link:
        link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        equal(link.ask(*PLAY).status, 200, "the status")
        time.sleep(2)
        sink.process.send_signal(signal.SIGTERM)
        sink.ends(15)


# --- many at a time

def turns(bench):
    """A newcomer does not wait until everybody's requests are served that came before it: all take turns."""
    keep_alive = wmsp.request("client-id=1", method="OPTIONS", target="*", version="1.1")
    others, requests = 150, 16_000 // len(keep_alive)
    with bench.sink(bench.four) as sink, contextlib.ExitStack() as stack:
        sink.process.send_signal(signal.SIGSTOP)  # so that all of them wait when it goes on
        links = [stack.enter_context(Link(sink.port)) for _ in range(others)]
        for link in links:
            link.socket.sendall(keep_alive * requests)
        newcomer = stack.enter_context(Link(sink.port))
        newcomer.send("client-id=1", method="OPTIONS", target="*", agent="NSPlayer/newcomer")
        sink.process.send_signal(signal.SIGCONT)
        equal(newcomer.head().status, 200, "the newcomer's status")
        before = [event["user_agent"] for event in sink.log("request")].index("NSPlayer/newcomer")
    # Some turns go by while all are taken in, and one until the newcomer has its own.
    check(before < 10 * others, f"the newcomer came after {before} of {others * requests} requests")


def overdue(bench):
    """Nor does it wait until all those are ended whose time is up at once."""
    silent = 3000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < silent + 1000:
        raise Skip(f"only {hard} descriptors are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with bench.sink(bench.four) as sink, contextlib.ExitStack() as stack:
        for _ in range(silent):
            stack.enter_context(Link(sink.port))
        wait_for(lambda: sink.descriptors() > silent, "all are connected")
        time.sleep(9)
        sink.process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        newcomer = stack.enter_context(Link(sink.port))
        newcomer.send(*DESCRIBE, agent="NSPlayer/newcomer")
        sink.process.send_signal(signal.SIGCONT)
        equal(newcomer.head().status, 200, "the newcomer's status")
        log = sink.log("connection_end", "request")
        before = [event["type"] for event in log].index("request")
        check(before < silent / 2, f"the newcomer came after the end of {before}")
        wait_for(lambda: sink.descriptors() < 20, "the silent are gone", 30)


def no_descriptors(bench):
    """Without a descriptor left newcomers wait, at no cost, until there are some again; who is there notices nothing."""
    few = 40
    def start(argv, **how):
        return subprocess.Popen(["prlimit", f"--nofile={few}:{few}", *argv], **how)
    with bench.sink(bench.four, start=start) as sink, Link(sink.port) as honest, contextlib.ExitStack() as stack:
        equal(honest.ask(*PLAY).status, 200, "the status")
        links = [stack.enter_context(Link(sink.port)) for _ in range(2 * few)]
        wait_for(lambda: sink.descriptors() == few, "all descriptors in use")
        newcomer = stack.enter_context(Link(sink.port))
        newcomer.send(*DESCRIBE)
        used = sink.cpu()
        packets = list(honest.packets(2))
        used = sink.cpu() - used
        check(used < 0.1, f"{used:.2f} s of CPU in 2 s of waiting")
        answered = select.poll()  # the descriptors of the tests beside it may be many
        answered.register(newcomer.socket, select.POLLIN)
        check(not answered.poll(0), "somebody was served without a descriptor")
        numbered(packets)
        for link in links:
            link.socket.close()
        equal(newcomer.head().status, 200, "the newcomer's status, after all")
        sink.stop()


def many_addresses(bench):
    """Clients may come under so many addresses of the machine, and no more: each is kept account of."""
    most = 4096  # Cap::sink_endpoints
    with bench.sink(bench.four, bind="0.0.0.0") as sink:
        for number in range(most + 50):
            with contextlib.suppress(ConnectionError):
                Link(sink.port, f"127.1.{number >> 8}.{number & 255}").socket.close()
        for address, served in (("127.1.0.1", True), ("127.2.0.1", False)):
            with Link(sink.port, address) as link:
                try:
                    link.send(*DESCRIBE)
                    equal(link.more(), served, f"whether there is an answer at {address}")
                except ConnectionError:
                    check(not served, f"the connection to {address} is reset")
        equal(len(sink.log("sink_open")), most, "the addresses in the log")
        sink.stop()


def scrapes(bench):
    """The metrics have sixteen places, for ten seconds each; a head may be 8 KiB long."""
    ask = b"GET /metrics HTTP/1.1\r\n\r\n"
    with bench.sink(bench.four, "--metrics", "127.0.0.1:0") as sink, contextlib.ExitStack() as stack:
        port = int(wait_for(lambda: re.search(r"metrics at http://.*:(\d+)/", sink.said.read_text()), "no metrics").group(1))
        with Link(port) as link:
            link.socket.sendall(ask.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 9000 + b"\r\n\r\n"))
            with contextlib.suppress(ConnectionError):
                check(link.at_end() and not link.data, "a head of 9,000 bytes is answered")
        began = time.monotonic()
        silent = [stack.enter_context(Link(port)) for _ in range(16)]
        with Link(port) as link, contextlib.suppress(ConnectionError):
            link.socket.sendall(ask)
            check(not link.more(), "a seventeenth is answered")
        check(all(link.at_end() for link in silent), "something came unasked")
        check(9 < time.monotonic() - began < 9 + PATIENCE, f"silence was borne for {time.monotonic() - began:.1f} s")
        with Link(port) as link:
            link.socket.sendall(ask)
            equal(link.head().status, 200, "the status of a scrape after that")


TESTS = (describe, same_packets, late_joiner, audio_file, chosen_streams, select_stream, chunked, player_log, sessions, full, refused,
         once, interrupt, terminate, slow_at_the_end, turns, overdue, no_descriptors, many_addresses, scrapes)
