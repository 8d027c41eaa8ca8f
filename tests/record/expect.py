#!/usr/bin/python3
"""Writes expect.json (see captures/README.md) of a recording, from the facts that truth.py finds.

    expect.py CAPTURE [CAPTURE...] [--port N]... [--already ADDR:PORT]... [--seen server|client] [--ipv4]
              [--timed-by FILE] [--keys KEY,KEY...] [--cut] [--name ADDR=NAME]... > expect.json

  --seen server   for a capture of the server's direction only: CAPTURE is the full recording of the same traffic;
                  user_agent is null, and only what the server sends detaches
  --seen client   the same for the client's direction: times and counters are null
  --ipv4          leave out IPv6 sinks and clients (the capture has a filter)
  --timed-by      the cut or filtered recording itself, whose times are those of its own recorder
  --keys          keep only these keys of each client
  --cut           the capture has a snapshot length: "exact" is false
  --name          dns_name of the clients at this address (all others get null); without it no dns_name is written

Counters are left out for a client whose reply has a hole in the capture.
"""

import argparse
import datetime
import ipaddress
import json

import truth

KEYS = ["index", "address", "port", "dns_name", "attached_at", "detached_at", "end_reason", "user_agent",
        "header_packets", "data_packets", "media_bytes", "exact"]
COUNTERS = ["header_packets", "data_packets", "media_bytes"]


def rfc3339(ns):
    if ns is None:
        return None
    seconds = datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc)
    return f"{seconds:%Y-%m-%dT%H:%M:%S}.{ns % 10**9:09}Z"


def file_id(connection):
    """The ASF File ID of the first $H of a connection's reply, or None."""
    request, reply, stream, _ = truth.exchange(connection)
    if not request or truth.status_of(reply) != "200" or stream[reply[2]:reply[2] + 2] != b"$H":
        return None
    at = stream.find(bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c"), reply[2])  # Data Object
    return stream[at + 24:at + 40] if at >= 0 else None


def sinks_of(found, already):
    """{port: [server endpoint]}, after a check that a port has one File ID, and two ports have two."""
    ids, endpoints = {}, {}
    for connection in found:
        if connection.client in already:
            endpoints.setdefault(connection.server[1], set()).add(connection.server)
            continue
        this = file_id(connection)
        if this:
            endpoints.setdefault(connection.server[1], set()).add(connection.server)
            ids.setdefault(connection.server[1], set()).add(this)
    if any(len(of_port) != 1 for of_port in ids.values()) or len(set.union(*ids.values())) != len(ids):
        truth.fail(f"the File IDs do not tell the sinks apart: {ids}")
    order = lambda endpoint: (ipaddress.ip_address(endpoint[0]).version, ipaddress.ip_address(endpoint[0]))
    return {port: sorted(of_port, key=order) for port, of_port in sorted(endpoints.items())}


def expectation(captures, already=(), ports=None, seen="both", ipv4=False, timed_by=None, keys=None, cut=False,
                names=None):
    found = [c for c in truth.connections(captures, already, timed_by)
             if (not ports or c.server[1] in ports) and not (ipv4 and ":" in c.server[0])]
    rows = truth.clients_of(found, already, "server" if seen == "server" else "both")
    if seen == "client":
        rows.sort(key=lambda row: row["first_packet"])
    sinks = []
    for port, endpoints in sinks_of(found, already).items():
        clients = []
        mine = [truth.text_of(e) for e in endpoints]
        for row in rows:
            if row["sink"] not in mine:
                continue
            client = row | {"index": len(clients), "exact": not cut,
                            "attached_at": rfc3339(row["attached_ns"]), "detached_at": rfc3339(row["detached_ns"])}
            left_out = set()
            if names is None:
                left_out |= {"dns_name"}
            else:
                client["dns_name"] = names.get(row["address"])
            if (row["address"], row["port"]) in already or row["hole"]:
                left_out |= {*COUNTERS, "exact"}
            if seen == "server":
                client["user_agent"] = None
            if seen == "client":
                client |= dict.fromkeys(["attached_at", "detached_at", *COUNTERS])
                left_out |= {"end_reason", "exact"}
            clients.append({key: client[key] for key in KEYS
                            if key not in left_out and (not keys or key in keys)})
        sinks.append({"port": port, "endpoints": [{"address": a, "port": p} for a, p in endpoints],
                      "clients": clients})
    return {"sinks": sinks}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    parser.add_argument("--port", type=int, action="append", dest="ports")
    parser.add_argument("--already", type=truth.endpoint, action="append", default=[], metavar="ADDR:PORT")
    parser.add_argument("--seen", choices=("both", "server", "client"), default="both")
    parser.add_argument("--ipv4", action="store_true")
    parser.add_argument("--timed-by", metavar="FILE")
    parser.add_argument("--keys", type=lambda text: text.split(","))
    parser.add_argument("--cut", action="store_true")
    parser.add_argument("--name", action="append", metavar="ADDR=NAME", dest="names")
    options = vars(parser.parse_args())
    if options["names"] is not None:
        options["names"] = dict(text.split("=", 1) for text in options["names"])
    print(json.dumps(expectation(**options), indent=1))


if __name__ == "__main__":
    main()
