#!/usr/bin/python3
"""Runs a command, gives it the bytes of a file, and interrupts it (SIGINT) when it waits for more.

    interrupt_when_idle.py [--fifo] FILE COMMAND...

Standard input is the pipe; with --fifo the argument FIFO of the command is. The exit code is the command's, 128 + N if
a signal N ended it.
"""

import array
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time


def waits(process, pipe):
    """Whether all is read and the process sleeps."""
    left = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, left)
    with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as stat:
        state = stat.read().rpartition(")")[2].split()[0]
    return left[0] == 0 and state == "S"


def main():
    arguments = sys.argv[1:]
    by_name = arguments[0] == "--fifo"
    name, *command = arguments[by_name:]
    with open(name, "rb") as file:
        content = file.read()
    restore = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore it
    with tempfile.TemporaryDirectory() as folder:
        if by_name:
            fifo = os.path.join(folder, "fifo")
            os.mkfifo(fifo)
            process = subprocess.Popen([fifo if word == "FIFO" else word for word in command], stdin=subprocess.DEVNULL,
                                       preexec_fn=restore)
            pipe = os.open(fifo, os.O_WRONLY)
        else:
            reader, pipe = os.pipe()
            process = subprocess.Popen(command, stdin=reader, preexec_fn=restore)
            os.close(reader)
        rest = memoryview(content)
        while rest and process.poll() is None:
            rest = rest[os.write(pipe, rest):]
        idle = 0
        deadline = time.monotonic() + 60
        while process.poll() is None and idle < 5 and time.monotonic() < deadline:
            idle = idle + 1 if waits(process, pipe) else 0
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        watchdog = threading.Timer(10, process.kill)
        watchdog.start()
        code = process.wait()
        watchdog.cancel()
        if code == -signal.SIGKILL:
            print("interrupt_when_idle.py: it did not end within 10 s after SIGINT", file=sys.stderr)
        os.close(pipe)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
