"""What `--help` shows of every command, read from its text as a person would: nothing here knows how it was made."""

import collections
import re
import subprocess

Option = collections.namedtuple("Option", "names argument description")
Help = collections.namedtuple("Help", "options positionals commands")
COLUMN = 30  # where descriptions begin


def entries(lines):
    """Name, what follows it, and description of each entry."""
    for i, line in enumerate(lines):
        if not re.match(r"  \S", line):
            continue
        below = lines[i + 1] if i + 1 < len(lines) else ""
        wide = re.match(rf" {{{COLUMN}}}\S", below)
        left, description = (line, below) if wide else (line[:COLUMN], line[COLUMN:])
        name, _, rest = left.strip().partition(" ")
        yield name, rest.strip(), description.strip()


def argument_of(rest):
    """"IFACE Needs: --x", "play|accept=play", "GLOB ...": the argument alone."""
    word = rest.split(" ")[0]
    return "" if word in ("Needs:", "REQUIRED", "...") else re.sub(r"(?<!\[)=.*", "", word)


def read(program, words=()):
    """{("list",): Help, …}: the program itself is ()."""
    text = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
    options, positionals, commands = [], [], []
    for paragraph in re.split(r"\n\n+", text):
        title, *lines = paragraph.splitlines()
        if title == "Subcommands:":
            commands = [name for name, _, _ in entries(lines)]
        elif title == "Positionals:":
            positionals = [Option([name], "", description) for name, _, description in entries(lines)]
        elif title.endswith(":") and title != "Examples:":
            options += [Option(name.split(","), argument_of(rest), description) for name, rest, description in entries(lines)]
    result = {tuple(words): Help(options, positionals, commands)}
    for command in commands:
        result.update(read(program, (*words, command)))
    return result
