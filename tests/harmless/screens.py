"""What runs and is looked at: `serve` and `watch` in tmux, their logs and metrics, with hostile players and films."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import formats
import hostile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 20  # seconds
LINES = 45


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if value := what():
                return value
        except OSError:
            pass
        time.sleep(0.1)
    return None


class Tmux:
    """A command in a terminal of its own."""

    def __init__(self, folder, name, words, said, columns):
        self.socket = str(folder / f"{name}.tmux")
        environment = {key: value for key, value in os.environ.items() if key != "TMUX"} | {"TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
        command = ["/bin/sh", "-c", 'exec "$@" 2>"$0"', said, *map(str, words)]
        subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(LINES), "-c",
                        str(folder), *command], check=True, stdin=subprocess.DEVNULL, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, stdin=subprocess.DEVNULL, capture_output=True)

    def raw(self):
        return subprocess.run(["tmux", "-S", self.socket, "capture-pane", "-p"], check=True, stdin=subprocess.DEVNULL,
                              capture_output=True).stdout

    def keys(self, *names):
        subprocess.run(["tmux", "-S", self.socket, "send-keys", *names], check=True, stdin=subprocess.DEVNULL)

    @property
    def title(self):
        return subprocess.run(["tmux", "-S", self.socket, "display-message", "-p", "#T"], check=True, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True).stdout


class Players:
    """A hostile player of every kind, which stay; the sink refuses those that do not begin as a player does."""

    def __init__(self, port):
        self.sockets = []
        for kind in hostile.CLASSES:
            agent = hostile.in_head(hostile.CLASSES[kind]).replace(b"\0", b"")
            player = socket.create_connection(("127.0.0.1", port), PATIENCE)
            player.sendall(b"GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856 %s\r\nHost: %s\r\nPragma: xPlayStrm=1\r\nPragma: xClientGUID=%s\r\n\r\n"
                           % (agent + b"Zq" + kind.encode(), agent, agent))
            self.sockets.append(player)

    def log(self, port):
        """A hostile Log of every kind, in the name of the first player."""
        self.sockets[0].settimeout(PATIENCE)
        session = re.search(rb"client-id=(\d+)", self.sockets[0].recv(1000))[1]
        for text in hostile.CLASSES.values():
            body = b"<XML><c-ip>%s</c-ip><cs-user-agent>%s</cs-user-agent></XML>" % (text, text)
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as player:
                player.sendall(b"POST / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nContent-Type: application/x-wms-LogStats\r\n"
                               b"Pragma: client-id=%s\r\nContent-Length: %d\r\n\r\n" % (session, len(body)) + body)
                player.settimeout(PATIENCE)
                player.recv(1000)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for player in self.sockets:
            player.close()


def film(folder, kind):
    """An audio file with hostile names, and a hostile name of its own."""
    name = os.fsdecode(hostile.CLASSES[kind].replace(b"/", b"|")[-100:]) + ".wma"
    data = (TOP / "tests/cli/serve/audio.wma").read_bytes()
    (folder / name).write_bytes(hostile.with_objects(data, hostile.content_description(kind), hostile.script_command(kind)))
    return "./" + name


def fetch(port):
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        answer = b""
        while data := client.recv(65536):
            answer += data
    return answer.partition(b"\r\n\r\n")[2]


def screen_problems(raw, anchor, columns):
    """A screen: harmless text, rows of clients that end with what must stand in their last columns, and nothing that scrolled."""
    yield from formats.plain(raw)
    rows = [line for line in raw.decode(errors="replace").split("\n") if re.match(r" *\d+ +127\.0\.0\.1 ", line)]
    if len(rows) != len(hostile.CLASSES):
        yield f"{len(rows)} clients, not {len(hostile.CLASSES)}"
    for row in rows:
        if not re.search(anchor, row):
            yield f"a row without its last columns: {row!r}"
        if formats.width(row) > columns:
            yield f"a row of {formats.width(row)} columns: {row!r}"


def serve_on_a_terminal(program, folder):
    port, metrics = free_port(), free_port()
    words = [program, "serve", "--port", port, "--max-clients", 100, "--log", "sink.jsonl", "--metrics", f"127.0.0.1:{metrics}", film(folder, "escape-sequences")]
    with Tmux(folder, "serve", words, "said", 100) as screen:
        if not wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None):
            return {"serve-screen": f"it does not listen: {screen.raw().decode()!r} {(folder / 'said').read_text()!r}"}
        with Players(port) as players:
            count = len(hostile.CLASSES)
            seen = wait_for(lambda: f"{count} clients" in screen.raw().decode(errors="replace"))
            players.log(port)
            raw, numbers = screen.raw(), fetch(metrics)
            title = screen.title
    log = (folder / "sink.jsonl").read_bytes()
    log = log[:log.rindex(b"\n") + 1]
    problems = list(screen_problems(raw, r"\d (?:ms|s|min|B|kB|MB) +\d+ +[\d.]+ s$", 100))
    return {
        "serve-screen": "; ".join(problems if seen else [f"not all players: {raw.decode(errors='replace')!r}", *problems]),
        "serve-title": "" if "title" not in title else f"the terminal's title is {title!r}",
        "serve-log": "; ".join(formats.lines(log)) or ("" if log.count(b'"player_log"') == count else "player_log lines are missing"),
        "serve-metrics": "; ".join(formats.metrics(numbers)) or ("" if b"wmclients_clients{" in numbers else "no metric of clients"),
        "serve-messages": "; ".join(formats.plain((folder / "said").read_bytes())),
    }


def watch_on_a_terminal(program, folder):
    """Wants root, and nobody else's packets (see run())."""
    port, metrics = free_port(), free_port()
    with open(folder / "served", "wb") as out, \
            subprocess.Popen([program, "serve", "--port", str(port), "--max-clients", "100", "--log", "/dev/null", film(folder, "bidi")], cwd=folder,
                             stdin=subprocess.DEVNULL, stdout=out, stderr=out) as sink:
        try:
            if not wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None):
                return {"watch-screen": f"the sink does not listen: {(folder / 'served').read_text()!r}"}
            words = [program, "watch", "-i", "lo", "--port", port, "--metrics", f"127.0.0.1:{metrics}"]
            with Tmux(folder, "watch", words, "watched", 200) as screen:
                if not wait_for(lambda: b"wmclients watch" in screen.raw()):
                    return {"watch-screen": f"it does not begin: {screen.raw()!r} {(folder / 'watched').read_bytes()!r}"}
                with Players(port):
                    seen = wait_for(lambda: f"{len(hostile.CLASSES)} clients now" in screen.raw().decode(errors="replace"))
                    raw, numbers = screen.raw(), fetch(metrics)
                    details = []
                    for _ in hostile.CLASSES if seen else ():
                        screen.keys("Enter")
                        wait_for(lambda: b"damaged packets" in screen.raw())
                        details += [found for found in formats.plain(screen.raw())]
                        screen.keys("Enter", "j")
                        wait_for(lambda: b"damaged packets" not in screen.raw())
                title = screen.title
        finally:
            sink.terminate()
            sink.wait()
    problems = list(screen_problems(raw, r"(?:attached|client_fin) *$", 200))
    return {
        "watch-screen": "; ".join(problems if seen else [f"not all players: {raw.decode(errors='replace')!r}", *problems]),
        "watch-title": "" if "title" not in title else f"the terminal's title is {title!r}",
        "watch-details": "; ".join(details),
        "watch-metrics": "; ".join(formats.metrics(numbers)) or ("" if b"wmclients_clients{" in numbers else "no metric of clients"),
    }


def interface_of_a_hostile_name(program, folder):
    name = "\x1b[31m'`\u202e"
    made = subprocess.run(["ip", "link", "add", name, "type", "veth", "peer", "name", "other"], check=False, capture_output=True)
    if made.returncode:
        return {"interfaces": f"skipped: no interface of that name can be made: {made.stderr.decode(errors='replace').strip()}"}
    table, document = (subprocess.run([program, "interfaces", "--format", form], capture_output=True, check=False).stdout
                       for form in ("table", "json"))
    return {"interfaces": "; ".join(formats.table(table)) or ("" if b"[31m" in table else "it is not shown"),
            "interfaces-json": "; ".join(formats.document(document)) or ("" if name.encode() in set(formats.texts_of(
                json.loads(document))) else "it is not shown")}


def run(options, scratch):
    """(name, why) for each; an empty why: it passed."""
    if not shutil.which("tmux"):
        return [("screens", "skipped: tmux is not installed")]
    folder = scratch / "screens"
    folder.mkdir()
    # A network of its own has no other traffic, and all ports are free.
    inner = subprocess.run(["unshare", "--net", sys.executable, __file__, str(options.program), str(folder)], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if inner is None or "Operation not permitted" in inner.stderr:
        return [*serve_on_a_terminal(options.program, folder).items(), ("watch", "skipped: a network namespace needs root")]
    results = dict(line.split("\t", 1) for line in inner.stdout.splitlines())
    if inner.returncode or not results:
        results["screens"] = inner.stderr.strip().replace("\n", "; ") or "nothing was printed"
    return list(results.items())


def main():
    sys.dont_write_bytecode = True
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for look in (serve_on_a_terminal, watch_on_a_terminal, interface_of_a_hostile_name):
        for name, why in look(program, folder).items():
            print(f"{name}\t{ascii(why)[1:-1]}")


if __name__ == "__main__":
    main()
