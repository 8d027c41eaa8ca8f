#!/usr/bin/python3
"""make_fish.py TABLE.json: completion for fish, on standard output."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import option_table  # noqa: E402

HEAD = """\
# wmclients completion for fish. Made by doc/completions/make_fish.py.

function __wmclients_at   # COMMAND: whether it is what the words before the cursor call
    set -l command wmclients
    for word in (commandline -opc)[2..]
        contains -- "$command $word" $__wmclients_commands; and set command "$command $word"
    end
    test "$argv" = $command
end

function __wmclients_value   # the part of the word before the cursor that is an option's value
    commandline -ct | string replace -r -- '^--[^=]*=' ''
end

function __wmclients_list   # WORDS: several with commas between them
    set -l before (__wmclients_value | string match -r -- '.*,'); or set before ''
    printf '%s\\n' $before$argv
end

function __wmclients_form   # WORDS: one, or WORD=FILE
    set -l parts (__wmclients_value | string split -m 1 =)
    if set -q parts[2]
        printf '%s\\n' "$parts[1]="(__fish_complete_path "$parts[2]" '')
    else
        printf '%s\\n' $argv
    end
end
"""


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def action(option):
    words = " ".join(option.words)
    return {"file": "-r -F", "folder": "-x -a '(__fish_complete_directories)'", "interface": "-x -a '(__fish_print_interfaces)'",
            "user": "-x -a '(__fish_complete_users)'", "words": f"-x -a '{words}'", "words,": f"-x -a '(__wmclients_list {words})'",
            "words=file": f"-x -a '(__wmclients_form {words})'", "": "-x"}[option.value]


def main():
    program = option_table.read(sys.argv[1])
    everything = program.all()
    print(HEAD)
    print("set -g __wmclients_commands", " ".join(quoted(" ".join(command.words)) for command in everything if command is not program))
    for command in everything:
        print()
        start = f"complete -c wmclients -n '__wmclients_at {' '.join(command.words)}'"
        if not any(option.value == "file" for option in command.positionals):
            print(f"{start} -f")
        for below in command.commands:
            print(f"{start} -a {below.name} -d {quoted(below.description)}")
        for option in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            print(f"{start} {names} {action(option) + ' ' if option.takes_value else ''}-d {quoted(option.description)}")


if __name__ == "__main__":
    main()
