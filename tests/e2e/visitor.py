#!/usr/bin/python3
"""A client of wmsp.py for the churn: visits a sink once, in a way that players do not.

    visitor.py HOW ADDRESS PORT SECONDS

  play       a Play for so long, then FIN        log        a Play; after it a Log on a connection of its own
  reset      a Play for so long, then RST        describe   a Describe alone
  chunked    a chunked Play that a Stop ends,    again      two Plays of one session, one after the other
             and a second Play behind it         mute       a connection without a request, for so long
  half       a Play whose request bears the FIN  stall      a Play that is not read
"""

import socket
import sys
import time

sys.dont_write_bytecode = True
from wmsp import DESCRIBE, PLAY, Link  # noqa: E402

LOG = b"<XML><c-rate>1</c-rate><c-status>200</c-status><x-duration>3</x-duration></XML>"
LOG_TYPE = ["Content-Type: application/x-wms-LogStats;charset=UTF-8"]


def watch(link, seconds):
    for _ in link.packets(seconds):
        pass


def main(how, address, port, seconds):
    port, seconds = int(port), float(seconds)

    def connect():
        return Link(port, address, 30)

    with connect() as link:
        if how == "describe":
            link.ask(*DESCRIBE)
            link.at_end()
        elif how == "mute":
            time.sleep(seconds)
        elif how == "chunked":
            session = f"client-id={link.ask(*PLAY, 'version11-enabled=1', version='1.1').client_id()}"
            watch(link, seconds)
            link.send(session, "xStopStrm=1", method="POST", version="1.1")
            watch(link, None)
            link.head()
            link.ask(*PLAY, session, "version11-enabled=1", version="1.1")
            watch(link, seconds)
        elif how == "half":
            # In one segment: a FIN that comes behind the reply ends the stream.
            link.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            link.send(*PLAY)
            link.socket.shutdown(socket.SHUT_WR)
            link.head()
            watch(link, seconds)
        elif how == "stall":
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.send(*PLAY)
            time.sleep(seconds)
        else:
            session = f"client-id={link.ask(*PLAY).client_id()}"
            watch(link, seconds)
            if how == "reset":
                link.reset()
    if how == "log":
        with connect() as link:
            link.ask(session, method="POST", fields=LOG_TYPE, body=LOG)
            link.at_end()
    if how == "again":
        with connect() as link:
            link.ask(*PLAY, session)
            watch(link, seconds)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
