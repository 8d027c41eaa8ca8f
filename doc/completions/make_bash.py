#!/usr/bin/python3
"""make_bash.py TABLE.json: completion for bash (with bash-completion), on standard output."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import option_table  # noqa: E402

HEAD = """\
# wmclients completion for bash. Made by doc/completions/make_bash.py.

# What may follow the words before the cursor: `cur` is the word there, `prev` the one before.
_wmclients_list()   # several words with commas between them
{
    local before=
    [[ $cur == *,* ]] && before=${cur%,*},
    COMPREPLY=($(compgen -P "$before" -W "$1" -- "${cur##*,}"))
    compopt -o nospace
}

_wmclients_form()   # a word, or WORD=FILE
{
    if [[ $cur == *=* ]]; then
        cur=${cur#*=}
        _filedir
    else
        COMPREPLY=($(compgen -W "$1" -- "$cur"))
        compopt -o nospace
    fi
}

_wmclients()
{
    # Not `split`, which would take the = of a value for that of --option=value.
    local cur prev words cword
    _init_completion -n =: || return
    local command=wmclients word option= count=0 takes= options= commands= files=
    for word in "${words[@]:1:cword-1}"; do
        if [[ $takes ]]; then
            takes=
        elif [[ $word == -* ]]; then
            _wmclients_takes "$command" "$word" && takes=$word
        elif ! _wmclients_enters "$command $word"; then
            count=$((count + 1))
        else
            command+=" $word"
        fi
    done
    if [[ ! $takes && $cur == --*=* ]]; then
        takes=${cur%%=*}
        cur=${cur#*=}
    fi
    if [[ $takes ]]; then
        _wmclients_value "$command" "$takes"
        return
    fi
    _wmclients_words "$command"
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ $commands ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$cur"))
    elif [[ ${files:count:1} == [f+] || ($files == *+ && $count -ge ${#files}) ]]; then
        _filedir
    fi
} && complete -F _wmclients wmclients
"""


def action(option):
    words = " ".join(option.words)
    return {"file": "_filedir", "folder": "_filedir -d", "interface": "_available_interfaces", "user": "COMPREPLY=($(compgen -u -- \"$cur\"))",
            "words": f"COMPREPLY=($(compgen -W '{words}' -- \"$cur\"))", "words,": f"_wmclients_list '{words}'",
            "words=file": f"_wmclients_form '{words}'", "": ":"}[option.value]


def positionals(command):
    """"ff": the first two are files; "-f+": the second and all that follow."""
    letters = "".join("f" if option.value == "file" else "-" for option in command.positionals)
    return letters + ("+" if letters.endswith("f") and command.positionals[-1].repeats else "")


def pattern(command, names):
    return "|".join(f"'{command}:{name}'" for name in names)


def cases(lines):
    return "\n".join(f"    {line}" for line in lines)


def main():
    program = option_table.read(sys.argv[1])
    everything = program.all()
    commands = "|".join(f"'{' '.join(command.words)}'" for command in everything if command is not program)
    takes, values, words = [], [], []
    for command in everything:
        name = " ".join(command.words)
        valued = [option for option in command.options if option.takes_value]
        if valued:
            takes.append(f"{pattern(name, [one for option in valued for one in option.names])}) ;;")
        for option in valued:
            values.append(f"{pattern(name, option.names)}) {action(option)} ;;")
        options = " ".join(one for option in command.options for one in option.names)
        below = " ".join(one.name for one in command.commands)
        words.append(f"'{name}') options='{options}' commands='{below}' files='{positionals(command)}' ;;")
    print(HEAD)
    print(f"_wmclients_enters()   # COMMAND: whether there is such a one\n{{\n    [[ $1 == @({commands}) ]]\n}}\n")
    print("_wmclients_takes()   # COMMAND OPTION: whether the option's value is the next word\n{\n    case $1:$2 in\n"
          f"{cases(takes)}\n    *) return 1 ;;\n    esac\n}}\n")
    print(f"_wmclients_value()   # COMMAND OPTION\n{{\n    case $1:$2 in\n{cases(values)}\n    esac\n}}\n")
    print(f"_wmclients_words()   # COMMAND\n{{\n    case $1 in\n{cases(words)}\n    esac\n}}")


if __name__ == "__main__":
    main()
