#!/usr/bin/python3
"""make_zsh.py TABLE.json: completion for zsh, on standard output."""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import option_table  # noqa: E402

HEAD = """\
#compdef wmclients
# wmclients completion for zsh. Made by doc/completions/make_zsh.py.

_wmclients_form()   # a word, or WORD=FILE
{
    if compset -P '*='; then
        _files
    else
        compadd -S '' -- "$@"
    fi
}
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def plain(text):
    """A text that means nothing in a specification of _arguments."""
    return re.sub(r"([\\\[\]:])", r"\\\1", text)


def action(option):
    words = " ".join(option.words)
    return {"file": "_files", "folder": "_files -/", "interface": "_net_interfaces", "user": "_users", "words": f"({words})",
            "words,": f" _values -s , {option.argument} {words}", "words=file": f" _wmclients_form {words}", "": " "}[option.value]


def specifications(command):
    for option in command.options:
        several = f"({' '.join(option.names)})" if len(option.names) > 1 and not option.repeats else ""
        for name in option.names:
            value = f":{plain(option.argument)}:{action(option)}" if option.takes_value else ""
            equals = "=" if option.takes_value and name.startswith("--") else ""
            yield f"{several}{'*' if option.repeats else ''}{name}{equals}[{plain(option.description)}]{value}"
    for option in command.positionals:
        yield f"{'*' if option.repeats else ''}:{option.name}:{action(option)}"


def function(command):
    name = "_" + "-".join(command.words)
    lines = [f"{name}()", "{"]
    specified = " \\\n        ".join(quoted(one) for one in specifications(command))
    if command.commands:
        lines += ["    local curcontext=$curcontext state line", "    typeset -A opt_args",
                  f"    _arguments -C \\\n        {specified} \\\n        '1: :->command' '*:: :->arguments'",
                  "    case $state in", "    command)", "        local -a commands=("]
        lines += [f"            {quoted(plain(one.name) + ':' + one.description)}" for one in command.commands]
        lines += ["        )", "        _describe -t commands command commands ;;",
                  f"    arguments) (( $+functions[{name}-$line[1]] )) && {name}-$line[1] ;;", "    esac"]
    else:
        lines.append(f"    _arguments \\\n        {specified}")
    return "\n".join([*lines, "}", ""])


def main():
    program = option_table.read(sys.argv[1])
    print(HEAD)
    for command in reversed(program.all()):
        print(function(command))
    print('_wmclients "$@"')


if __name__ == "__main__":
    main()
