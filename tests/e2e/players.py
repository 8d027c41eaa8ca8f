"""Real players, as Debian has them: what they decode is what the source decodes to, and they have nothing to complain of.

A player's picture frames are compared one by one with those that ffmpeg decodes from the source file: a run of them, from
wherever the player joined, that goes on over the end of the file at its front.
"""

import hashlib
import json
import re
import subprocess
import time

import bench
import stage
from bench import check, equal, need
from stage import SINK4, SINK6

HOSTS = {"h11": ["10.78.0.11", "fd78::11"], "h22": ["10.78.0.22", "fd78::22"]}
SECONDS = 10  # of the stream that each plays: two and a half loops
FRAME = 320 * 240 * 3 // 2

# Lines that say nothing of the stream, each with its reason.
HARMLESS = {
    "ffmpeg": [
        (r"Guessed Channel Layout for Input Stream #0\.\d+ : mono", "a WAVEFORMATEX has no channel layout"),
        (r"\[asf @ 0x[0-9a-f]+\] Skip due to FRAME_HEADER_SIZE",
         "less padding than a payload's head is long: sinks take it out (MS-WMSP 2.2.3.3), libavformat's mmsh.c puts zeros there again"),
        (r"Last message repeated \d+ times", "of a line that is here itself"),
    ],
    "mplayer": [
        (r"Can't (open joystick device|init input joystick).*", "no joystick"),
        (r"\[\w+ @ 0x[0-9a-f]+\] ?Requested frame threading with a custom get_buffer2\(\).*", "MPlayer 1.5 with a newer libavcodec"),
        (r".*make your callback thread-safe\.", "the same"),
        (r"Cache empty, consider increasing -cache.*", "it plays nearer to the live edge than its cache would like"),
        (r"Creating config file: .*", "its first run as this user"),
        (r"Couldn't resolve name for AF_INET6: [0-9.]+", "it tries IPv6 first"),
    ],
    "vlc": [
        (r".* (main interface|main libvlc|dbus interface) error: .*", "no desktop: the interfaces for hotkeys and D-Bus"),
        (r".* dummy interface: using the dummy interface module\.\.\.", "asked for"),
        (r".* main \w+ warning: could not create .*: File exists", "two of them make the same home at once"),
        (r".* access_mms stream error: cannot read data 2", "VLC reads a Describe's reply until its end"),
        (r"\[rawvideo @ 0x[0-9a-f]+\] ignoring invalid SAR: 0/0", "of VLC's own encoder"),
        (r".* avcodec encoder error: Unknown option \"(border_mask|noise_reduction)\"", "of VLC's own encoder"),
        (r".* avcodec encoder warning: cannot encode one frame", "VLC's own encoder at its end has no frame left"),
        (r".* dummy mux: Open", "asked for"),
        (r".* main mux warning: no more input streams for this mux", "the end that was asked for"),
        (r".* main playlist: end of playlist, exiting", "the same"),
    ],
    "libmms": [],
}
AT_THE_END = {  # when the sink ends the stream
    "ffmpeg": [(r"Stream ended!", "libavformat's mmsh.c takes every $E for an error"),
               (r"\[http @ 0x[0-9a-f]+\] Stream ends prematurely at \d+, should be 18446744073709551615", "and then reads on; no length is told"),
               (r"Read data packet header failed!|Recv other type packet -5", "the same"),
               (r"mmsh://\S+: Invalid data found when processing input", "the same")],
    "mplayer": [(r"Error while reading network stream\.", "the connection has ended")],
    "vlc": [(r".* access_mms stream warning: EOF", "the connection has ended"),
            (r".* asf demux warning: unexpected end of file", "the same: a live ASF header does not tell the end")],
}


def complaints(player, text, ended=False):
    """The lines of a player's output that are not known to be harmless."""
    known = HARMLESS[player] + (AT_THE_END.get(player, []) if ended else [])
    lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
    return [line for line in lines if line and not any(re.fullmatch(pattern, line) for pattern, _ in known)]


def digests(data):
    return [hashlib.md5(data[at:at + FRAME]).digest() for at in range(0, len(data) - FRAME + 1, FRAME)]


def reference(path):
    """The frames of a file, decoded by ffmpeg, as digests."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(path), "-an", "-fps_mode", "passthrough", "-f", "rawvideo",
                           "-pix_fmt", "yuv420p", "-"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
    equal(done.stderr, b"", "what ffmpeg says of the source")
    return digests(done.stdout)


def y4m_frames(data):
    """The frames of a YUV4MPEG2 file."""
    at, frames = data.index(b"\n") + 1, []
    while at < len(data):
        at = data.index(b"\n", at) + 1
        if at + FRAME <= len(data):
            frames.append(hashlib.md5(data[at:at + FRAME]).digest())
        at += FRAME
    return frames


def check_run(frames, source, least):
    """That the frames are a run of the looped source."""
    check(len(frames) >= least, f"{len(frames)} frames, expected {least} at least")
    check(frames[0] in source, "the first frame is none of the source's")
    first = source.index(frames[0])
    wrong = [i for i, frame in enumerate(frames) if frame != source[(first + i) % len(source)]]
    check(not wrong, f"{len(wrong)} of {len(frames)} frames are not the source's next, first number {(wrong or [0])[0]}")


class Player:
    """One player on one sink; `start` as Stage.start without its host."""

    def __init__(self, name, url, folder, start, mmssave, seconds=SECONDS):
        self.name, self.folder = name, folder
        self.said = folder / f"{name}.said"
        files = {n: str(folder / f"{name}.{n}") for n in ("y4m", "yuv", "pcm", "asf", "raw")}
        self.files = files
        argv = {
            "ffmpeg": ["ffmpeg", "-nostdin", "-loglevel", "warning", "-i", url, "-t", seconds, "-fps_mode", "passthrough", "-f", "rawvideo",
                       "-pix_fmt", "yuv420p", files["raw"], "-t", seconds, "-vn", "-f", "s16le", files["pcm"]],
            "mplayer": ["mplayer", "-noconfig", "all", "-nolirc", "-msglevel", "all=2", "-endpos", seconds + 3,  # 3 s of preroll
                        "-vo", f"yuv4mpeg:file={files['y4m']}", "-ao", "null", url],
            "vlc": ["vlc", "-I", "dummy", "--no-dbus", "--aout", "dummy", "--verbose", "1", "--run-time", seconds, "--play-and-exit", url,
                    "--sout", "#transcode{vcodec=I420,acodec=s16l}:es{access-video=file,mux-video=dummy,dst-video=" + files["yuv"]
                    + ",access-audio=file,mux-audio=dummy,dst-audio=" + files["pcm"] + "}"],
            "libmms": [mmssave, url, files["asf"], seconds],
        }[name]
        with open(self.said, "wb") as said:
            self.process = start(*argv, stdout=said, stderr=said)

    def finish(self, source, patience=60, ended=False, least=None, seconds=SECONDS):
        """Waits for its end, and checks what it decoded."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"does not end within {patience} s") from None
        said = self.said.read_text(errors="replace")
        equal(complaints(self.name, said, ended), [], "what it says")
        equal(self.process.returncode, 0, "its exit code")
        frames = self.decoded = self.frames()
        check_run(frames, source, 25 * (seconds - 4) if least is None else least)  # VLC counts from when it was started
        if self.name == "ffmpeg" and not ended:  # its time begins with the first sound, which may be before the first picture
            check(25 * seconds - 8 <= len(frames) <= 25 * seconds + 1, f"{len(frames)} frames in {seconds} s, expected {25 * seconds}")
        return len(frames)

    def frames(self):
        """Its frames as digests; its sound (but for MPlayer's) must be as long."""
        if self.name == "libmms":
            done = subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-i", self.files["asf"], "-map", "0:v", "-fps_mode", "passthrough",
                                   "-f", "rawvideo", "-pix_fmt", "yuv420p", self.files["raw"], "-map", "0:a", "-f", "s16le", self.files["pcm"]],
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            equal((done.returncode, done.stderr), (0, b""), "what ffmpeg says of what libmms gives")
        name = {"ffmpeg": "raw", "libmms": "raw", "vlc": "yuv", "mplayer": "y4m"}[self.name]
        with open(self.files[name], "rb") as file:
            frames = y4m_frames(file.read()) if name == "y4m" else digests(file.read())
        if self.name == "mplayer":
            return frames  # it needs -ao null as its clock: pcm takes sound faster than the stream gives pictures
        with open(self.files["pcm"], "rb") as file:
            sound = len(file.read()) / 2 / 44100
        check(abs(sound - len(frames) / 25) < 1, f"{sound:.1f} s of sound beside {len(frames)} frames")
        return frames


def all_players(the_bench, wire):
    """Each player over IPv4 and IPv6 at the same time, over one wire."""
    stage.need_namespaces()
    need("ffmpeg", "mplayer", "vlc")
    source = reference(the_bench.four)
    equal(len(source), the_bench.frames, "frames of the source")
    with stage.Stage(HOSTS, wire) as the_stage:
        mmssave = the_stage.scratch / "mmssave.py"
        mmssave.write_bytes((stage.HERE / "mmssave.py").read_bytes())
        mmssave.chmod(0o755)
        sink = the_stage.wmclients(the_bench, the_bench.four, "--max-clients", "20")
        players, wrong = {}, []
        for host, address in (("h11", SINK4), ("h22", SINK6)):
            for name in ("ffmpeg", "mplayer", "vlc", "libmms"):
                if name == "libmms" and address == SINK6:
                    continue  # libmms 0.6.4 knows IPv4 only
                folder = the_stage.home / f"{host}-{name}"
                folder.mkdir(mode=0o777)
                folder.chmod(0o777)
                players[f"{name} over {'IPv6' if ':' in address else 'IPv4'}"] = Player(
                    name, stage.url(address), folder, lambda *argv, h=host, **more: the_stage.start(h, *argv, user=True, **more), mmssave)
                time.sleep(0.3)
        for name, player in players.items():
            try:
                player.finish(source)
            except AssertionError as error:
                wrong.append(f"{name}: {error}")
        sink.stop()
        lost = [event["lost_packets"] for event in sink.log("client_disconnect")]
        equal(wrong, [], "players that went wrong")
        equal(lost, [0] * len(players), "packets that were dropped for players")


def players_lossless(the_bench):
    """ffmpeg, MPlayer, VLC and libmms, IPv4 and IPv6, over a wire without faults, across loops."""
    all_players(the_bench, stage.LOSSLESS)


def players_lossy(the_bench):
    """The same over a wire that loses 1.5 %, reorders 3 % and repeats 1 % of the frames."""
    all_players(the_bench, stage.LOSSY)


# --- on the loopback interface

def hashes(*arguments):
    """ffmpeg's framehash of copied packets: {stream: [(pts, size, hash)]}, and what it said."""
    code, out, said = bench.run("ffmpeg", "-nostdin", "-loglevel", "warning", *arguments, "-c", "copy", "-f", "framehash", "-hash", "md5", "-")
    equal(code, 0, "ffmpeg's exit code")
    packets = {}
    for line in out.splitlines():
        if not line.startswith("#"):
            stream, _, pts, _, size, digest = [part.strip() for part in line.split(",")][:6]
            packets.setdefault(int(stream), []).append((int(pts), int(size), digest))
    return packets, said


def same_copy(the_bench):
    """What ffmpeg copies out of the live stream are the packets of the file, over two ends of it, with even times."""
    need("ffmpeg")
    source, _ = hashes("-i", the_bench.four)
    with the_bench.sink(the_bench.four) as sink:
        time.sleep(1.5)
        live, said = hashes("-i", stage.url("127.0.0.1", sink.port), "-t", 9)
        sink.stop()
    equal(complaints("ffmpeg", said), [], "what ffmpeg says")
    equal(sorted(live), sorted(source), "the streams")
    for stream, packets in live.items():
        original = [packet[1:] for packet in source[stream]]
        found = [packet[1:] for packet in packets]
        check(len(found) > 2 * len(original), f"stream {stream}: {len(found)} packets, {len(original)} in the file")
        looped = original * (len(found) // len(original) + 2)
        begins = [i for i in range(len(original)) if looped[i:i + len(found)] == found]
        check(begins, f"stream {stream}: the packets are no run of the file's")
        times = [packet[0] for packet in packets]
        steps = [b - a for a, b in zip(times, times[1:])]
        usual = sorted(steps)[len(steps) // 2]
        # Where the file begins again the shorter stream waits for the longer one: up to an audio frame, and ffmpeg's priming.
        check(all(0 < step <= usual + 100 for step in steps), f"stream {stream}: times step by {min(steps)} to {max(steps)} ms")


def decode(the_bench):
    """ffmpeg decodes the stream, over IPv4 and IPv6, without a line."""
    need("ffmpeg")
    source = reference(the_bench.four)
    with the_bench.sink(the_bench.four, "--max-clients", "2", bind="::") as sink:
        players = {}
        for name, address in (("IPv4", "127.0.0.1"), ("IPv6", "::1")):
            folder = the_bench.folder()
            players[name] = Player("ffmpeg", stage.url(address, sink.port), folder, lambda *a, **o: subprocess.Popen(
                list(map(str, a)), stdin=subprocess.DEVNULL, **o), None)
        for player in players.values():
            player.finish(source)
        sink.stop()
        equal(sorted(event["address"] for event in sink.log("client_connect")), ["127.0.0.1", "::1"], "the clients in the log")


def browser(the_bench):
    """A browser is refused, and is no client."""
    need("curl")
    with the_bench.sink(the_bench.four) as sink:
        code, status, said = bench.run("curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", "-A", stage.BROWSER,
                                       f"http://127.0.0.1:{sink.port}/")
        equal((code, status, said), (0, "400", ""), "curl")
        sink.stop()
        equal([event["class"] for event in sink.log("connection_close")], ["foreign"], "what the log takes it for")
        equal(sink.log("play", "client_connect"), [], "clients")


def players_once(the_bench):
    """--once: players end by themselves at $E, with all of the film."""
    stage.need_namespaces()  # VLC must not be root
    need("ffmpeg", "mplayer", "vlc")
    with stage.Stage(HOSTS, stage.LOSSLESS) as the_stage:
        mmssave = the_stage.scratch / "mmssave.py"
        mmssave.write_bytes((stage.HERE / "mmssave.py").read_bytes())
        mmssave.chmod(0o755)
        sink = the_stage.wmclients(the_bench, the_bench.twenty, "--once", "--max-clients", "20")
        whole = reference(the_bench.twenty)
        players = {}
        for name in ("ffmpeg", "mplayer", "vlc", "libmms"):
            folder = the_stage.home / name
            folder.mkdir()
            folder.chmod(0o777)
            players[name] = Player(name, stage.url(SINK4), folder, lambda *argv, **more: the_stage.start("h11", *argv, user=True, **more),
                                   mmssave, 60)
        wrong = []
        for name, player in players.items():
            try:
                count = player.finish(whole, ended=True, least=1)
                check(player.decoded[-2:] in (whole[-2:], whole[-3:-1]), "the last frames are not the film's")  # demuxers may keep the last
                check(count >= len(whole) - 60, f"{count} of {len(whole)} frames")
            except AssertionError as error:
                wrong.append(f"{name}: {error}")
        sink.ends()
        equal(wrong, [], "players that went wrong")
        equal([event["reason"] for event in sink.log("client_disconnect")], ["eos"] * len(players), "why they went")


def live(the_bench):
    """Live ASF on standard input: a player that comes later decodes it; when the encoder ends, everything ends."""
    need("ffmpeg")
    encoder = subprocess.Popen(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
         "sine=frequency=440", "-t", "14", "-c:v", "wmv2", "-b:v", "300k", "-g", "50", "-c:a", "wmav2", "-b:a", "48k", "-f", "asf", "-"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    with bench.ending(encoder), the_bench.sink("-", stdin=encoder.stdout) as sink:
        encoder.stdout.close()
        time.sleep(2)
        url = stage.url("127.0.0.1", sink.port)
        code, out, said = bench.run("ffmpeg", "-nostdin", "-loglevel", "warning", "-i", url, "-f", "framehash", "-hash", "md5", "-")
        equal(code, 0, "the player's exit code")
        equal(complaints("ffmpeg", said, True), [], "what the player says")
        frames = len([line for line in out.splitlines() if line.startswith("0,")])
        check(frames >= 25 * 10, f"{frames} frames of 14 s that the player joined after 2 s")
        sink.ends()
        equal([event["reason"] for event in sink.log("client_disconnect")], ["eos"], "why the player went")


def conformance(the_bench):
    """What serve sends to ffmpeg, MPlayer, VLC and libmms breaks no rule of MS-WMSP, neither a MUST nor a SHOULD; so says check."""
    stage.need_namespaces()  # VLC must not be root
    need("ffmpeg", "mplayer", "vlc", "tcpdump")
    with stage.Stage(HOSTS, stage.LOSSLESS) as the_stage:
        mmssave = the_stage.scratch / "mmssave.py"
        mmssave.write_bytes((stage.HERE / "mmssave.py").read_bytes())
        mmssave.chmod(0o755)
        sink = the_stage.wmclients(the_bench, the_bench.four, "--max-clients", "20")
        capture = the_stage.scratch / "serve.pcap"
        recorder = the_stage.start("sink", "tcpdump", "-n", "-U", "-Z", "root", "-B", "8192", "-i", "eth0", "-w", capture, stderr=subprocess.PIPE)
        while b"listening on" not in (line := recorder.stderr.readline()):
            check(line, "tcpdump does not start")
        players = []
        for name in ("ffmpeg", "mplayer", "vlc", "libmms"):
            folder = the_stage.home / name
            folder.mkdir()
            folder.chmod(0o777)
            players.append(Player(name, stage.url(SINK4), folder, lambda *argv, **more: the_stage.start("h11", *argv, user=True, **more), mmssave))
        for player in players:
            player.process.wait(60)
        sink.stop()
        check(stage.stop_recording(recorder), "the recording has holes")
        code, out, said = bench.run(the_bench.program, "check", "--side", "server", "--level", "should", "--server-role", "encoder",
                                    "--report", "json", capture)
        report = json.loads(out)
        fails = {result["rule"]: result["evidence"][0]["actual"] for result in report["results"] if result["verdict"] == "fail"}
        equal((code, fails, said), (0, {}, ""), "check of what serve sent")
        check(report["summary"]["pass"] >= 30, f"only {report['summary']['pass']} rules passed")


LOOPBACK = (decode, browser, same_copy, live)
ON_STAGE = (players_lossless, players_lossy, players_once, conformance)
