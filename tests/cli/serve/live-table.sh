#!/bin/bash
# On a terminal there is a table, and Ctrl-C ends all well; the log goes only where it is asked for.
/usr/bin/python3 - "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" <<'PYTHON'
import fcntl, os, pty, re, select, socket, struct, sys, termios, time

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 400, 0, 0))  # nothing is cut
    os.execvp("wmclients", ["wmclients", "serve", "--port", "0", "--bind", "127.0.0.1", "--log", "log.jsonl", sys.argv[1]])
shown, client, stopped, until = b"", None, False, time.monotonic() + 20
while time.monotonic() < until:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            got = os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
        shown += got
    port = re.search(rb"mmsh://127\.0\.0\.1:(\d+)/", shown)
    if port and client is None:
        client = socket.create_connection(("127.0.0.1", int(port[1])), 5)
        client.sendall(b"GET / HTTP/1.0\r\nUser-Agent: NSPlayer/9.0 \x1b[31m\r\nPragma: xPlayStrm=1\r\n\r\n")
    if not stopped and b"1 client, 1 so far" in shown:
        os.write(terminal, b"\x03")
        stopped = True
print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
screen = shown.split(b"\x1b[H")[-1].decode().replace("\x1b[K", "").replace("\x1b[J", "").replace("\r", "")
screen = re.sub(r":\d+/|(?<=127.0.0.1  )\d+", ":PORT", screen.replace(sys.argv[1], "FILE"))
print(re.sub(" {2,}", "  ", re.sub(r"[0-9.]+ (s|kB|B)\b", "N", screen)))
stream = b""
while got := client.recv(65536):
    stream += got
print("the stream ends with", stream[-8:-6].decode())
PYTHON
head -c 12 log.jsonl
