"""`wmclients extract` on a recording of the sink's own streams: what a client got, packet for packet, and what the film has."""

import os
import subprocess
import threading

import asf
import bench
import protocol
import stage


def record(port, capture):
    """tcpdump on the loopback interface, once it listens."""
    recorder = subprocess.Popen(["tcpdump", "-n", "-U", "-Z", "root", "-B", "8192", "-i", "lo", "-w", str(capture), f"tcp port {port}"],
                                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while b"listening on" not in (line := recorder.stderr.readline()):
        bench.check(line, "tcpdump does not start")
    return recorder


def extracted_stream(the_bench):
    """Clients of our own keep what they get, from the first packet on and late: extract has the same, and the film's packets."""
    bench.need("tcpdump")
    if os.geteuid() != 0:
        raise bench.Skip("needs root, for tcpdump")
    film, folder = asf.File(the_bench.four), the_bench.folder()
    got = [None, None]
    with the_bench.sink(the_bench.four) as sink:
        capture = folder / "lo.pcap"
        recorder = record(sink.port, capture)
        with bench.ending(recorder):
            def watch(number, seconds):
                got[number] = protocol.numbered(protocol.watch(sink.port, seconds)[1])

            first = threading.Thread(target=watch, args=(0, 5.5))
            first.start()
            threading.Event().wait(1.5)
            watch(1, 3)
            first.join(bench.PATIENCE)
            sink.stop()
            bench.check(stage.stop_recording(recorder), "the recording has holes")
    bench.check(all(got), "a client got nothing")
    for index, packets in enumerate(got):
        out = folder / f"{index}.asf"
        code, text, said = bench.run(the_bench.program, "extract", "--index", index, "-o", out, capture)
        bench.equal((code, text), (0, ""), f"extract of client {index}: {said}")
        bench.check(said.rstrip().endswith("; exact"), f"client {index} is not exact: {said}")
        file = asf.File(out)
        mine = [asf.Packet(packet.payload).whole() for packet in packets]
        # What was on its way when the client left is in the file, too.
        bench.equal([packet.whole() for packet in file.packets[:len(mine)]], mine, f"the packets of client {index}")
        bench.check(len(file.packets) - len(mine) < 10, f"{len(file.packets)} packets, and client {index} got {len(mine)}")
        bench.equal(asf.without_sizes(file.header), asf.without_sizes(film.header), f"the header of client {index}")
        bench.equal(asf.flags(file.header) & 1, 0, "the Broadcast flag")
        originals = [packet.fixed() for packet in film.packets]
        unknown = [i for i, packet in enumerate(file.packets) if packet.fixed() not in originals]
        # A late client's first packet is cut down to its key frame.
        bench.check(len(unknown) <= index, f"packets {unknown} of client {index} are not the film's")
        bench.equal(file.packets[-1].raw[len(file.packets[-1].raw) - file.packets[-1].padding:].strip(b"\0"), b"", "the padding")
    whole = asf.File(folder / "0.asf").packets[:len(film.packets)]
    bench.equal([packet.whole() for packet in whole], [packet.whole() for packet in film.packets], "the film")
    code, _, said = bench.run("ffmpeg", "-nostdin", "-v", "error", "-i", folder / "0.asf", "-f", "null", "-")
    bench.equal((code, said), (0, ""), "what ffmpeg says of the first client's file")


TESTS = [extracted_stream]
