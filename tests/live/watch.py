"""`wmclients watch`: its table in tmux, its events, its metrics with Prometheus' own tools; names from a real name server."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import bench
from bench import check, equal, need, wait_for
from namespaces import CLIENT4, ENVIRONMENT, SINK4, Capture, Net, command, play, serve

CONTRIB = pathlib.Path(__file__).resolve().parents[2] / "contrib"
METRICS = f"{SINK4}:9464"


class Terminal:
    """`wmclients watch` in a terminal of that size, in the sink's namespace."""

    def __init__(self, net, the_bench, columns, lines, *options):
        self.folder = the_bench.folder()
        self.socket = str(self.folder / "tmux")
        words = " ".join(map(str, ["ip", "netns", "exec", net.name("sink"), the_bench.program, "watch", "-i", "eth0", "--port", "8080", *options]))
        environment = {**ENVIRONMENT, "TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
        subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                        "bash --norc --noprofile -i"], check=True, stdin=subprocess.DEVNULL, env=environment)
        self.keys(f"{words} 2>{self.folder}/said", "Enter")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, stdin=subprocess.DEVNULL, capture_output=True)

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout

    def keys(self, *names):
        self.tmux("send-keys", *names)

    @property
    def lines(self):
        return self.tmux("capture-pane", "-p").split("\n")

    def shows(self, pattern, patience=bench.PATIENCE):
        """Waits for a line; all lines then."""
        def found():
            lines = self.lines
            return lines if any(re.search(pattern, line) for line in lines) else None
        try:
            return wait_for(found, f"no line {pattern!r}", patience)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen has {self.lines}, stderr {(self.folder / 'said').read_text()!r}") from None

    def rows(self):
        lines = self.lines
        titles = next(i for i, line in enumerate(lines) if line.lstrip().startswith("#"))
        return [line.split() for line in lines[titles + 1:] if re.match(r" *\d+ +[0-9a-f.:]+ ", line)]


def watch_table(the_bench):
    """The table: who is there, keys, another size, who goes, and the end."""
    need("tmux", "ffmpeg")
    with Net() as net, serve(net, the_bench), Terminal(net, the_bench, 80, 24, "--keep", "4") as screen:
        screen.shows("^wmclients watch  eth0")
        check(any(json.loads(file.read_text())["port"] == 8080 for file in pathlib.Path("/run/wmclients").glob("*.json"))
              or os.environ.get("XDG_RUNTIME_DIR"), "no run-time file")
        stays = [play(net, SINK4, 40), play(net, SINK4, 40)]
        screen.shows("^2 clients now, 2 came, 0 went")
        goes = play(net, SINK4, 40)
        lines = screen.shows(r"^3 clients now.* \d+(\.\d+)? [kM]bit/s$")
        check(all(len(line) <= 80 for line in lines), f"a line is too long: {lines}")
        equal([row[:2] for row in screen.rows()], [[str(i), CLIENT4] for i in range(3)], "the rows")
        ports = [row[2] for row in screen.rows()]

        screen.keys("Down", "Enter")
        lines = screen.shows(r"^client +")
        equal([line.split()[1] for line in lines if line.startswith("client ")], [f"{CLIENT4}:{ports[1]}"], "the chosen client")
        screen.keys("Enter")
        screen.shows("ADDRESS")
        screen.keys("r")
        wait_for(lambda: [row[2] for row in screen.rows()] == ports[::-1], "the order is not turned round")
        screen.keys("r", "/", "n", "o", "b", "o", "d", "y")
        screen.shows("^/nobody_")
        wait_for(lambda: screen.rows() == [], "the search leaves rows")
        screen.keys("Escape")
        wait_for(lambda: len(screen.rows()) == 3, "Escape does not end the search")
        screen.keys("?")
        screen.shows("quit")
        screen.keys("Escape")
        screen.shows("ADDRESS")

        # The program stops itself, which its limits on system calls must not forbid.
        screen.keys("C-z")
        screen.shows("Stopped")
        screen.keys("fg", "Enter")
        screen.shows("^3 clients now")

        screen.tmux("resize-window", "-x", "200", "-y", "60")
        lines = screen.shows("ADDRESS.*DNS NAME.*PLAYER")
        check(any("NSPlayer/" in line for line in lines), f"no player at 200 columns: {lines}")

        bench.end(goes, signal.SIGKILL)
        screen.shows("^2 clients now, 3 came, 1 went")
        screen.shows("client_(fin|rst)")
        wait_for(lambda: len(screen.rows()) == 2, "who has gone does not leave the table")
        screen.keys("q")
        screen.shows("3 clients came, 1 went, 0 vanished, 0 refused")
        screen.keys("echo ended=$?", "Enter")
        screen.shows("^ended=0$")
        for one in stays:
            bench.end(one, signal.SIGKILL)


def watch_events(the_bench):
    """Not on a terminal: events as they happen, which `list --events` reads back."""
    need("ffmpeg")
    with Net() as net, serve(net, the_bench):
        watch = Capture(net, the_bench, "watch", "-i", "eth0", "--port", "8080")
        player = play(net, SINK4, 2)

        def told(kind):
            return [event for event in map(json.loads, watch.out.splitlines()) if event["type"] == kind]
        wait_for(lambda: told("client_connect"), "no client_connect while it runs")
        player.wait(30)
        wait_for(lambda: told("client_disconnect"), "no client_disconnect while it runs")
        watch.stop(signal.SIGTERM)
        equal(told("log_end")[0]["complete"], True, "the last line")
        log = watch.folder / "log.jsonl"
        log.write_text(watch.out)
        code, out, said = bench.run(the_bench.program, "list", "--events", log, "--format", "json")
        equal((code, said), (0, ""), "list --events")
        equal([client["address"] for sink in json.loads(out)["sinks"] for client in sink["clients"]], [CLIENT4], "its clients")


def joined(the_bench):
    """-i with --sockets: who was attached before the capture gets a full record, and ends with its FIN, whatever it did."""
    need("ffmpeg")
    with Net() as net, serve(net, the_bench) as sink:
        stays, goes = play(net, SINK4, 60), play(net, SINK4, 60)
        wait_for(lambda: len(sink.log("client_connect")) == 2, "no clients")
        silent = net.start("client", ["/usr/bin/python3", "-c", f"import socket, sys\nheld = socket.create_connection(('{SINK4}', 8080))\nsys.stdin.read()"],
                           stdin=subprocess.PIPE)
        ports = {}

        def connections():
            code, out, _ = bench.run("ip", "netns", "exec", net.name("sink"), the_bench.program, "list", "--sockets", "8080", "--format", "json")
            rows = [client for found in json.loads(out)["sinks"] for client in found["clients"]] if code == 0 else []
            ports.update({client["port"]: client["socket"]["pid"] for client in rows})
            return len(rows) == 3
        wait_for(connections, "the socket table does not have three")
        listing = Capture(net, the_bench, "list", "-i", "eth0", "--sockets", "8080", "--format", "json")
        logging = Capture(net, the_bench, "events", "-i", "eth0", "--sockets", "8080", "--format", "jsonl")
        later = play(net, SINK4, 60)
        wait_for(lambda: len(sink.log("client_connect")) == 3, "the later client does not come")
        time.sleep(1)
        silent.stdin.close()
        bench.end(goes, signal.SIGTERM)
        wait_for(lambda: len(sink.log("client_disconnect")) == 1, "it does not go")
        document = json.loads(listing.stop())
        log = logging.folder / "log.jsonl"
        log.write_text(logging.stop())
        code, out, said = bench.run(the_bench.program, "list", "--events", log, "--format", "json")
        equal((code, said), (0, ""), "list --events")

        def short(of):
            return [[client[key] for key in ("address", "port", "state", "attached_at", "end_reason", "user_agent")]
                    for found in of["sinks"] for client in found["clients"]]
        equal(sorted(map(str, short(json.loads(out)))), sorted(map(str, short(document))), "the rows of the event log")
        rows = [client for found in document["sinks"] for client in found["clients"]]
        equal(len(document["sinks"]), 1, "sinks")
        before = [row for row in rows if row["attached_at"] is None]
        equal({row["port"] for row in before}, set(ports), "who was there before")
        equal({row["socket"]["pid"] for row in before}, {sink.process.pid}, "the process of their sockets")
        told = {event["port"]: event for event in sink.log("client_connect")}
        gone = sink.log("client_disconnect")[0]["port"]
        quiet = next(port for port in ports if port not in told)
        for row in before:
            ended = row["port"] in (gone, quiet)
            equal(row["state"], "detached" if ended else "attached", f"the state of {row['port']} ({row['end_reason']})")
            check(row["port"] == quiet or row["media_bytes"] > 1000, f"no media of {row['port']}: {row}")
        new = [row for row in rows if row["attached_at"]]
        equal([(row["port"], "socket" in row and row["socket"] is not None) for row in new],
              [(port, False) for port in told if port not in ports], "who came later")
        for one in (stays, later):
            bench.end(one, signal.SIGKILL)


def scrape(net, path="/metrics", *options, end="client"):
    done = subprocess.run(["ip", "netns", "exec", net.name(end), "curl", "-s", "-m", "10", *options, f"http://{METRICS}{path}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout


def values(text):
    """{'name{labels}': value}"""
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")}


def watch_metrics(the_bench):
    """Metrics of watch and of serve tell what the sink's log tells; HTTP is answered well; the thread has no privileges."""
    need("ffmpeg", "curl")
    with Net() as net, serve(net, the_bench, "--metrics", f"{SINK4}:9465") as sink:
        watch = Capture(net, the_bench, "watch", "-i", "eth0", "--port", "8080", "--metrics", METRICS)
        wait_for(lambda: "metrics at" in watch.said, "no metrics")
        for thread in pathlib.Path(f"/proc/{watch.process.pid}/task").iterdir():
            status = dict(line.split(":\t", 1) for line in (thread / "status").read_text().splitlines() if ":\t" in line)
            equal((int(status["CapEff"], 16), status["Seccomp"]), (0, "2"), "a thread's capabilities and filter")
        stays, goes = play(net, SINK4, 60), play(net, SINK4, 1)
        goes.wait(30)
        labels = f'{{sink="{SINK4}:8080"}}'
        wait_for(lambda: values(scrape(net)).get("wmclients_connects_total" + labels) == 2
                 and values(scrape(net)).get("wmclients_clients" + labels) == 1, "the counts do not come")
        time.sleep(1.2)
        text = scrape(net)
        found = values(text)
        gone = [event for event in sink.log("client_disconnect")]
        equal(sum(value for name, value in found.items() if name.startswith("wmclients_disconnects_total{")), len(gone), "disconnects")
        check(found["wmclients_media_bytes_total" + labels] > gone[0]["media_bytes"], f"media bytes: {found}")
        check(found["wmclients_captured_packets_total"] > 100, f"packets: {found}")
        equal(found['wmclients_dropped_packets_total{by="kernel"}'], 0, "drops")
        own = subprocess.run(["ip", "netns", "exec", net.name("client"), "curl", "-s", f"http://{SINK4}:9465/metrics"], capture_output=True,
                             stdin=subprocess.DEVNULL, text=True, check=True).stdout
        equal({name: value for name, value in values(own).items() if "connects_total" in name or "wmclients_clients{" in name},
              {name: value for name, value in found.items() if "connects_total" in name or "wmclients_clients{" in name},
              "what serve tells of itself, and what watch saw")
        check("404" in scrape(net, "/", "-i"), "no 404")
        check("405" in scrape(net, "/metrics", "-i", "-X", "POST"), "no 405")
        check("version=0.0.4" in scrape(net, "/metrics", "-I"), "no type in the head")
        # Many who say nothing must not keep others out for long.
        silent = subprocess.Popen(["ip", "netns", "exec", net.name("client"), "/usr/bin/python3", "-c",
                                   "import socket, time\nheld = []\n"
                                   f"for _ in range(40): held.append(socket.create_connection(('{SINK4}', 9464)))\ntime.sleep(60)"],
                                  stdin=subprocess.DEVNULL)
        net.programs.append(silent)
        time.sleep(1)
        wait_for(lambda: "wmclients_clients" in scrape(net), "silent connections keep others out", 15)
        bench.end(stays, signal.SIGKILL)
        watch.stop()


def watch_prometheus(the_bench):
    """Debian's Prometheus scrapes it, and promtool has nothing to say against the text."""
    need("prometheus", "promtool", "ffmpeg", "curl")
    with Net() as net, serve(net, the_bench):
        watch = Capture(net, the_bench, "watch", "-i", "eth0", "--port", "8080", "--metrics", METRICS)
        wait_for(lambda: "metrics at" in watch.said, "no metrics")
        player = play(net, SINK4, 60)
        labels = f'{{sink="{SINK4}:8080"}}'
        wait_for(lambda: values(scrape(net)).get("wmclients_clients" + labels) == 1, "no client")
        judged = subprocess.run(["promtool", "check", "metrics"], input=scrape(net), capture_output=True, text=True, check=False)
        equal((judged.returncode, judged.stdout, judged.stderr), (0, "", ""), "promtool check metrics")
        folder = the_bench.folder()
        (folder / "prometheus.yml").write_text(
            f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: wmclients, static_configs: [{{targets: ['{METRICS}']}}]}}]\n")
        net.start("sink", ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                           "--web.listen-address=127.0.0.1:9090", "--log.level=error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def answer(query):
            done = subprocess.run(["ip", "netns", "exec", net.name("sink"), "curl", "-s", "--data-urlencode", f"query={query}",
                                   "http://127.0.0.1:9090/api/v1/query"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            try:
                return [float(one["value"][1]) for one in json.loads(done.stdout)["data"]["result"]]
            except (ValueError, KeyError):
                return None
        wait_for(lambda: answer("up") == [1.0], "the target is not up", 30)
        wait_for(lambda: answer("sum(wmclients_clients)") == [1.0], "the client is not known")
        wait_for(lambda: (answer("rate(wmclients_media_bytes_total[10s])") or [0])[0] > 10_000, "no rate")
        dashboard = json.loads((CONTRIB / "grafana-dashboard.json").read_text())
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                found = answer(target["expr"].replace("$__rate_interval", "10s"))
                check(found is not None, f"the dashboard's {target['expr']} is no query")
                named = re.findall(r"wmclients_\w+", target["expr"])
                check(named and all(name in scrape(net) for name in named if "disconnects" not in name), f"{named} is not among the metrics")
        bench.end(player, signal.SIGKILL)
        watch.stop()


def unit(the_bench):
    """systemd has nothing to say against the unit."""
    need("systemd-analyze")
    unit_file = CONTRIB / "wmclients-watch@.service"
    options = unit_file.read_text()
    _, _, said = bench.run("systemd-analyze", "verify", "--man=no", unit_file)
    equal([line for line in said.splitlines() if "wmclients" in line and "is not executable" not in line], [], "systemd-analyze verify")
    command_line = re.search(r"^ExecStart=/usr/bin/wmclients (.*)$", options, re.M).group(1)
    code, _, said = bench.run(the_bench.program, *command_line.replace("%i", "lo").replace("${METRICS}", "127.0.0.1:0").split(), "--duration", "0.2s")
    equal((code, [line for line in said.splitlines() if "capturing on lo" not in line and "metrics at" not in line and "no packet" not in line]),
          (0, []), "the command line of the unit")


def resolve(the_bench):
    """--resolve: names from a name server (dnsmasq), as client_properties; one that does not answer costs nothing but the names."""
    need("dnsmasq", "ffmpeg")
    with Net() as net, serve(net, the_bench):
        place = pathlib.Path("/etc/netns") / net.name("sink")
        place.mkdir(parents=True)
        try:
            (place / "resolv.conf").write_text("nameserver 127.0.0.1\n")
            (place / "hosts").write_text("127.0.0.1 localhost\n")
            server = net.start("sink", ["dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=127.0.0.1",
                                        f"--ptr-record={'.'.join(reversed(CLIENT4.split('.')))}.in-addr.arpa,player.example"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            kept = the_bench.folder() / "kept.pcap"
            os.chmod(kept.parent, 0o777)
            watch = Capture(net, the_bench, "watch", "-i", "eth0", "--port", "8080", "--resolve", "--write", kept)
            player = play(net, SINK4, 2)
            wait_for(lambda: '"client_properties"' in watch.out, "no client_properties")
            player.wait(30)
            watch.stop()
            changed = [event for event in map(json.loads, watch.out.splitlines()) if event["type"] == "client_properties"]
            equal([event["dns_name"] for event in changed], ["player.example"], "the name")

            def listed():
                began = time.monotonic()
                done = subprocess.run(["ip", "netns", "exec", net.name("sink"), str(the_bench.program), "list", "--resolve", "--format", "json", str(kept)],
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
                equal((done.returncode, done.stderr), (0, ""), "list --resolve")
                return [client["dns_name"] for sink in json.loads(done.stdout)["sinks"] for client in sink["clients"]], time.monotonic() - began
            equal(listed()[0], ["player.example"], "the name in a list of a capture")
            bench.end(server, signal.SIGKILL)
            (place / "resolv.conf").write_text("nameserver 10.79.0.99\n")
            names, seconds = listed()
            equal(names, [None], "the name without a name server")
            check(seconds < 12, f"list --resolve waits for {seconds:.1f} s")
        finally:
            for file in place.iterdir():
                file.unlink()
            place.rmdir()


def vanished(the_bench):
    """A client whose network is gone leaves the table after --vanished-after, and is counted."""
    need("ffmpeg", "curl")
    with Net() as net, serve(net, the_bench):
        watch = Capture(net, the_bench, "watch", "-i", "eth0", "--port", "8080", "--metrics", METRICS, "--vanished-after", "10s")
        labels = f'{{sink="{SINK4}:8080"}}'
        player = play(net, SINK4, 60)
        wait_for(lambda: values(scrape(net)).get("wmclients_clients" + labels) == 1, "no client")
        command("ip", "-n", net.name("client"), "link", "set", "eth0", "down")
        wait_for(lambda: values(scrape(net, end="sink")).get('wmclients_forgotten_clients_total{reason="vanished"}') == 1, "it does not vanish", 40)
        equal(values(scrape(net, end="sink"))["wmclients_clients" + labels], 0, "clients")
        bench.end(player, signal.SIGKILL)
        watch.stop()


TESTS = {"joined": joined, "watch-table": watch_table, "watch-events": watch_events, "unit": unit, "watch-metrics": watch_metrics, "watch-prometheus": watch_prometheus,
         "resolve": resolve, "vanished": vanished}
