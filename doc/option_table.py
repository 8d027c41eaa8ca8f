"""What `wmclients --option-table` says: the one source of the man pages and of the shells' completions."""

import json
import re


class Option:
    """An option or a positional argument (then its only name is what `--help` calls it)."""

    def __init__(self, values):
        self.names = values["names"]
        self.argument = values["argument"]   # "" for a flag
        self.words = values["words"]         # that it may be; of some options others as well
        self.default = values["default"]
        self.description = values["description"]
        self.group = values["group"]
        self.needs = values["needs"]
        self.required = values["required"]
        self.repeats = values["repeats"]

    @property
    def name(self):
        """The long name, where it has one."""
        return self.names[-1]

    @property
    def takes_value(self):
        return self.argument != ""

    @property
    def key(self):
        """Two commands have the same option if this is the same."""
        return (tuple(self.names), self.argument, self.description)

    @property
    def value(self):
        """What is to be typed for it: the argument's name says so.

        file, interface, user; words; words, (several, with commas between them); words=file; "" for what only people know."""
        kind = self.argument or self.names[0]
        if self.words:
            return "words=file" if kind.endswith("[=FILE]") else "words," if kind == "NAMES" else "words"
        return VALUES.get(kind.partition(".")[0], "")


# SOURCE and what follows are positional.
VALUES = {"FILE": "file", "LOG": "file", "DIR": "folder", "IFACE": "interface", "USER": "user",
          "SOURCE": "file", "A": "file", "B": "file", "IN": "file", "OUT": "file", "PART": "file"}


class Command:
    def __init__(self, values, above=()):
        self.words = (*above, values["name"])   # ("wmclients", "query", "GetClientInfo")
        self.description = values["description"]
        self.options = [Option(option) for option in values["options"]]
        self.positionals = [Option(option) for option in values["positionals"]]
        self.commands = [Command(command, self.words) for command in values["commands"]]
        # The footer: prose, and what stands below "Examples:" up to an empty line.
        examples = re.search(r"^Examples:\n((?:.+\n?)*)", values["footer"], re.MULTILINE)
        self.examples = [line.removeprefix("  ") for line in examples[1].splitlines()] if examples else []

    @property
    def name(self):
        return self.words[-1]

    def leaves(self):
        """The commands that can be run, this one among them if it is one."""
        return [self] if not self.commands else [leaf for command in self.commands for leaf in command.leaves()]

    def all(self):
        return [self, *(below for command in self.commands for below in command.all())]


def read(path):
    with open(path, encoding="utf-8") as file:
        return Command(json.load(file))
