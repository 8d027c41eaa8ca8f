#!/usr/bin/python3
"""Makes the scdoc source of a man page: what the program says of its options, and what people wrote of them.

    make_page.py TABLE.json PAGE.1.scd > COMPLETE.scd

TABLE is what `wmclients --option-table` prints. PAGE, "wmclients.1.scd" or "wmclients-COMMAND.1.scd", has the sections from DESCRIPTION
on, in scdoc; in it a line @OPTIONS@, @COMMANDS@, @EXAMPLES@ or @EXIT STATUS@ stands for what is the same as in `--help`, or on every page.
NAME and SYNOPSIS are made. options.scd beside it has what is to be said of options beyond their line in `--help`.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import option_table  # noqa: E402


def escaped(text):
    """Text of `--help` as scdoc: `words` in bold, nothing else with a meaning."""
    parts = re.split(r"`([^`]*)`", re.sub(r"([\\*_])", r"\\\1", text))
    return "".join(f"*{part}*" if i % 2 else part for i, part in enumerate(parts))


def sentence(text):
    text = escaped(text)
    return text if text.endswith((".", "?", "!")) else text + "."


def placeholder(argument):
    """PORT|auto: the words in capitals underlined, the others in bold."""
    def mark(word):
        return f"*{word}*" if word[0].islower() else f"_{word}_"
    return re.sub(r"[A-Za-z][\w.-]*", lambda match: mark(match[0]), argument)


def read_further(path):
    """options.scd: name of an option or a group -> [(commands that it is meant for, or none: all, text)]."""
    further = {}
    target = None
    for line in path.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"(--?[\w-]+|=[^()]+?)(?: \(([\w, ]+)\))?:", line)
        if heading:
            target = []
            further.setdefault(heading[1].removeprefix("="), []).append((heading[2].split(", ") if heading[2] else [], target))
        elif target is not None:
            target.append(line)
    return {name: [(commands, "\n".join(lines).strip()) for commands, lines in texts] for name, texts in further.items()}


def complaints(program, further):
    """What options.scd says of options that there are not (any more)."""
    for name, texts in further.items():
        for commands, _ in texts:
            for command in commands or [""]:
                if not any(name in (*option.names, option.group) for one in program.all() for option in one.options
                           if command in ("", *one.words)):
                    yield f"options.scd: {name} ({command or 'any command'}): there is no such option"


class Page:
    def __init__(self, program, command, further):
        self.program, self.command, self.further = program, command, further

    def said_of(self, name):
        texts = self.further.get(name, [])
        own = [text for commands, text in texts if self.command.name in commands]
        return own or [text for commands, text in texts if not commands]

    def option(self, option):
        argument = f" {placeholder(option.argument)}" if option.takes_value else ""
        facts = [sentence(option.description)]
        if option.default and "default" not in option.description:
            facts.append(f"The default is *{escaped(option.default)}*.")
        if option.repeats and "repeat" not in option.description and option.names[0].startswith("-"):
            facts.append("It may be given more than once.")
        if option.required:
            facts.append("It must be given.")
        needs = [f"*{name}*" for name in option.needs if option.group == "Options" or name != "--interface"]
        if needs:
            facts.append(f"Only with {' and '.join(needs)}.")
        names = ", ".join(f"*{name}*" if name.startswith("-") else f"_{name}_" for name in option.names)
        lines = [f"{names}{argument}", "\t" + " ".join(facts)]
        for text in self.said_of(option.name):
            lines += ["", *(f"\t{line}" if line else "" for line in text.splitlines())]
        return lines + [""]

    def entries(self, options):
        lines = []
        group = "Options"
        for option in sorted(options, key=lambda option: option.group != "Options"):   # it is stable
            if option.group != group:
                group = option.group
                lines += [f"## {group}", "", *(line for text in self.said_of(group) for line in (text, ""))]
            lines += self.option(option)
        return lines

    def synopsis(self, command):
        def shown(option):
            name = f"_{option.name}_" + ("..." if option.repeats else "")
            return name if option.required else f"[{name}]"
        return " ".join([f"*{' '.join(command.words)}*", "[_OPTIONS_]", *map(shown, command.positionals)])

    def options(self):
        leaves = self.command.leaves() if self.command is not self.program else [self.program]
        if len(leaves) == 1:
            return self.entries(leaves[0].positionals + leaves[0].options)
        common = [option for option in leaves[-1].options
                  if all(option.key in [other.key for other in leaf.options] for leaf in leaves)]
        lines = ["All of them have these:", "", *self.entries(common)]
        for leaf in leaves:
            lines += [f"## {leaf.name}", "", sentence(leaf.description), ""]
            lines += self.entries([option for option in leaf.positionals + leaf.options
                                   if option.key not in [other.key for other in common]])
        return lines

    def commands(self):
        lines = []
        for command in self.program.commands:
            lines += [f"*{command.name}*", f"\t{sentence(command.description)} See *wmclients-{command.name}*(1).", ""]
        return lines

    def examples(self):
        return ["```", *(line.replace("\\", "\\\\") for line in self.command.examples), "```"]

    def text(self, source):
        name = "-".join(self.command.words)
        leaves = self.command.leaves() if self.command is not self.program else []
        synopsis = " ++\n".join(self.synopsis(leaf) for leaf in leaves) or f"*{self.program.name}* _COMMAND_ [_OPTIONS_] [_ARGUMENTS_] ++\n" \
            f"*{self.program.name}* [_OPTIONS_]"
        summary = escaped(self.command.description).rstrip(".")
        summary = summary[0].lower() + summary[1:]
        lines = [f'{name}(1) "" "General Commands Manual"', "", "# NAME", "", f"{name} - {summary}", "", "# SYNOPSIS", "", synopsis, ""]
        made = {"@OPTIONS@": self.options, "@COMMANDS@": self.commands, "@EXAMPLES@": self.examples,
                "@EXIT STATUS@": lambda: (HERE / "exit-status.scd").read_text(encoding="utf-8").splitlines()}
        for line in source.splitlines():
            lines += made[line]() if line in made else [line]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).rstrip()) + "\n"


def main():
    program = option_table.read(sys.argv[1])
    path = pathlib.Path(sys.argv[2])
    name = path.name.removesuffix(".1.scd")
    further = read_further(HERE / "options.scd")
    command = next((one for one in [program, *program.commands] if "-".join(one.words) == name), None)
    wrong = list(complaints(program, further))
    if command is None:
        wrong.append(f"{path.name}: there is no such command")
    if wrong:
        sys.exit("\n".join(wrong))
    print(Page(program, command, further).text(path.read_text(encoding="utf-8")), end="")


if __name__ == "__main__":
    main()
