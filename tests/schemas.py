#!/usr/bin/python3
"""Validates what every command prints in JSON, for every recording, with the schemas of schemas/.

    schemas.py PROGRAM [NAME...]
    schemas.py --contract FILE PROGRAM     of a contract.json alone, and what diff --contract says of it

Stricter than the schemas: every key must be described by them, though readers are to pass over unknown ones. The lines of an
event log must stand in the order of their seen_at. Needs python3-jsonschema.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: schemas: python3-jsonschema is not installed")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

TOP = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = TOP / "captures"
SCHEMAS = TOP / "schemas"
TIMEOUT = 300  # seconds a command

# What stands in a schema where an instance is described; a reference from allOf describes only a part of one.
MANY = ("properties", "patternProperties", "$defs")
PARTS = ("allOf", "anyOf", "oneOf")


def closed(schema, whole=True):
    """The schema with "unevaluatedProperties": false wherever a whole instance is described."""
    if not isinstance(schema, dict):
        return schema
    result = {}
    for key, value in schema.items():
        if key in MANY:
            result[key] = {name: closed(part, key != "$defs") for name, part in value.items()}
        elif key == "items":
            result[key] = closed(value)
        elif key in PARTS:
            result[key] = [closed(part, False) for part in value]
        else:
            result[key] = value
    if whole and any(key in schema for key in ("properties", "patternProperties", "$ref", *PARTS)):
        result["unevaluatedProperties"] = False
    return result


class Schemas:
    def __init__(self):
        self.documents = {path.name: json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.json"))}
        for document in self.documents.values():
            jsonschema.Draft202012Validator.check_schema(document)
        self.closed = {name: closed(document, name != "common.json") for name, document in self.documents.items()}

    @functools.cache
    def validator(self, name, part=None):
        """part: a definition of the schema alone."""
        document = self.closed[name]
        resolver = jsonschema.RefResolver(name, document, store=self.closed)
        schema = document if part is None else {"$ref": f"{name}#/$defs/{part}", "unevaluatedProperties": False}
        return jsonschema.Draft202012Validator(schema, resolver=resolver)

    def complaints(self, name, instance, part=None):
        for error in self.validator(name, part).iter_errors(instance):
            where = "/".join(map(str, error.absolute_path)) or "the document"
            yield f"{where}: {error.message[:300]}"


def run(program, arguments, codes=(0, 1)):
    """What the program prints; ValueError if it fails."""
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    if done.returncode not in codes:
        raise ValueError(f"exit code {done.returncode}: {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout.decode("utf-8")


def instances(program, source):
    """Yields (command, schema, instance) for every JSON form."""
    documents = [
        ("list.json", ["list", "--format", "json"]),
        ("list.json", ["list", "--format", "json", "--at", "+4"]),
        ("list.json", ["list", "--format", "json", "--at", "packet:300", "--attach-on", "accept"]),
        ("list.json", ["list", "--format", "json", "--from", "+3", "--to", "+6"]),
        ("list.json", ["list", "--format", "json", "--port", "1"]),
        ("list.json", ["list", "--format", "json", "--attach-on", "request", "--detach-on", "connection"]),
        ("events.json", ["events", "--format", "json"]),
        ("events.json", ["events", "--format", "json", "--attach-on", "accept"]),
        ("connections.json", ["connections", "--format", "json"]),
    ]
    ports = set()
    for schema, command in documents:
        document = json.loads(run(program, command + source))
        yield " ".join(command), schema, document
        for sink in document.get("sinks", []):
            ports.add(sink["port"])
    for port in sorted(ports):
        sink = ["--sink", f":{port}"]
        rows = json.loads(run(program, ["list", "--format", "json", *sink, *source]))["sinks"][0]["clients"]
        for index in range(min(len(rows), 6)):
            command = ["info", "--json", "--index", str(index), *sink]
            yield " ".join(command), "info.json", json.loads(run(program, command + source))
        for method in (["GetClientCount"], ["GetClientCount", "--null", "count"], ["GetClientProperties", "0"],
                       ["GetClientProperties", "99"], ["GetClientInfo", "0"], ["GetClientInfo", "99"],
                       ["GetClientInfo", "0", "--cch", "1,1,1"], ["GetClientInfo", "0", "--null", "address,cch_port"],
                       ["GetClientInfo", "0", "--null", "address,port,dns"]):
            command = ["query", *method, "--json", *sink, "--at", "+5"]
            yield " ".join(command), "query.json", json.loads(run(program, command + source))


def log_lines(log):
    seen = ""
    for number, line in enumerate(log.splitlines(), 1):
        event = json.loads(line)
        if event.get("seen_at") is not None:
            if event["seen_at"] < seen:
                yield f"line {number}", None, event, f"seen_at {event['seen_at']} after {seen}"
            seen = event["seen_at"]
        yield f"line {number}", event.get("type"), event, None


def check_log(schemas, what, log):
    """Returns the complaints about an event log, and how many lines it has."""
    found, types = [], []
    for where, kind, event, complaint in log_lines(log):
        types.append(kind)
        if complaint:
            found.append(f"{what}: {where}: {complaint}")
        elif kind not in schemas.documents["event-log.json"]["$defs"]:
            found.append(f"{what}: {where}: the schema has no type {kind!r}")
        else:
            found += [f"{what}: {where}: {kind}: {error}" for error in schemas.complaints("event-log.json", event, kind)]
            if types.count(kind) == 1:  # the whole schema once a type: it is slow
                found += [f"{what}: {where}: {error}" for error in schemas.complaints("event-log.json", event)]
    if types[:1] != ["log"] or types[-1:] != ["log_end"]:
        found.append(f"{what}: begins with {types[:1]} and ends with {types[-1:]}")
    return found, len(types)


def check(program, folder):
    """Returns the complaints about one recording, and how many instances there were."""
    schemas, found, count = Schemas(), [], 0
    try:
        log = run(program, ["events", "--format", "jsonl", str(folder)])
        found, count = check_log(schemas, "events --format jsonl", log)
        documents = [*instances(program, [str(folder)]), *instances_of_extraction(program, [str(folder)])]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write(log)
            file.flush()
            documents += instances_of_log(program, ["--events", file.name])
        documents.append(("check --report json", "check.json", json.loads(run(program, ["check", "--report", "json", str(folder)]))))
        own_log = folder / "sink.jsonl"  # of a sink that kept one
        if own_log.exists():
            complaints, lines = check_log(schemas, own_log.name, own_log.read_text())
            found, count = found + complaints, count + lines
            documents += instances_of_log(program, ["--events", str(own_log)])
            for options in ([], ["--calibrate"], ["--tolerance", "0", "--clock-offset", "0"]):
                command = ["diff", "--format", "json", *options]
                documents.append((" ".join(command), "diff.json", json.loads(run(program, [*command, str(folder), str(own_log)]))))
        for command, schema, instance in documents:
            count += 1
            found += [f"{command}: {error}" for error in schemas.complaints(schema, instance)]
    except (ValueError, subprocess.TimeoutExpired, KeyError, IndexError) as error:
        found.append(f"{type(error).__name__}: {error}")
    return found, count


def instances_of_extraction(program, source):
    """What is extracted goes into a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        for options in ([], ["--gaps", "pad"], ["--pcap"]):
            command = ["extract", "--format", "json", *options]
            yield " ".join(command), "extract.json", json.loads(run(program, [*command, "--all", scratch, *source]))


def instances_of_log(program, source):
    """The same for an event log, in short."""
    for schema, command in (("list.json", ["list", "--format", "json"]), ("list.json", ["list", "--format", "json", "--at", "+4"]),
                            ("events.json", ["events", "--format", "json"]),
                            ("connections.json", ["connections", "--format", "json"])):
        document = json.loads(run(program, command + source))
        yield " ".join(command + ["--events"]), schema, document
    for sink in json.loads(run(program, ["list", "--format", "json", *source]))["sinks"]:
        if sink["clients"]:
            command = ["info", "--json", "--index", "0", "--sink", f":{sink['port']}"]
            yield " ".join(command + ["--events"]), "info.json", json.loads(run(program, command + source))


def check_contract(program, file):
    """Returns the complaints about a contract of wmprobe."""
    schemas = Schemas()
    found = [f"{file}: {error}" for error in schemas.complaints("contract.json", json.loads(pathlib.Path(file).read_text()))]
    command = ["diff", "--format", "json", "--contract", str(file)]
    return found + [f"diff --contract {file}: {error}" for error in schemas.complaints("diff.json", json.loads(run(program, command)))]


def self_test(schemas):
    """The schemas must be able to fail: a key too many, one too few, a wrong value."""
    row = {"type": "name", "time": None, "packet": None, "seen_at": None, "seen_packet": None, "address": "10.0.0.1",
           "dns_name": "x", "dns_source": "ptr"}
    assert not list(schemas.complaints("event-log.json", row)), list(schemas.complaints("event-log.json", row))
    for wrong in ({**row, "unknown": 1}, {**row, "address": "nowhere"}, {**row, "time": "2026-11-22T06:19:31Z"},
                  {key: value for key, value in row.items() if key != "packet"}, {**row, "type": "nmae"}):
        assert list(schemas.complaints("event-log.json", wrong)), wrong
        if wrong["type"] == "name":
            assert list(schemas.complaints("event-log.json", wrong, "name")), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--contract")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    contract = check_contract(program, options.contract or TOP / "tests" / "cli" / "diff" / "contract.json")
    for line in contract[:20]:
        print(f"  {line}")
    if contract:
        print(f"failed: contract: {len(contract)} complaint(s)")
    if options.contract:
        print(f"{0 if contract else 1} passed, {1 if contract else 0} failed, 0 skipped")
        return 1 if contract else 0
    folders = [path for path in sorted(CAPTURES.iterdir()) if path.is_dir() and (not options.names or path.name in options.names)]
    self_test(Schemas())
    passed, failed = (0, 1) if contract else (1, 0)
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for folder, (complaints, count) in zip(folders, pool.map(functools.partial(check, program), folders)):
            if not complaints and count:
                passed += 1
                continue
            failed += 1
            for line in complaints[:20]:
                print(f"  {folder.name}: {line}")
            print(f"failed: {folder.name}: {len(complaints)} complaint(s) about {count} documents and lines")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
