"""The web server: uvicorn, made to lose nothing when it is restarted.

`python -m zmd_emergency.serve` takes the listening socket that systemd keeps open (`LISTEN_FDS`), so that while one
server ends and the next starts, whoever comes waits in the socket's queue. `--port` opens one of its own.

Ending, uvicorn closes what it has accepted but not yet read: those requests would be lost. Here the server first stops
accepting, reads and answers what it has accepted, and lets go at once of what streams for ever.
"""

import argparse
import asyncio
import contextlib
import os
import socket

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

FIRST_INHERITED = 3
STREAMS = "/live/"


class Protocol(H11Protocol):
    def shutdown(self):
        if self.cycle is None:  # its request is still on the way
            return
        if not self.cycle.response_complete and self.scope["path"].startswith(STREAMS):
            self.transport.close()  # the screen comes back by itself, to the next server
            return
        super().shutdown()


class PatientServer(Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        tell_systemd("READY=1")

    async def shutdown(self, sockets=None):
        tell_systemd("STOPPING=1")
        loop = asyncio.get_running_loop()
        for listening in (each for server in self.servers for each in server.sockets):
            loop.remove_reader(listening.fileno())
        await asyncio.sleep(0.05)  # what has been accepted becomes a connection, and is answered
        await super().shutdown(sockets)


def tell_systemd(state: str):
    """`Type=notify`: so that `systemctl restart` returns when the next server answers."""
    if address := os.environ.get("NOTIFY_SOCKET"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


async def tell_systemd_it_turns():
    tell_systemd("WATCHDOG=1")


def inherited() -> list[socket.socket]:
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    number = int(os.environ.get("LISTEN_FDS", 0))
    return [socket.socket(fileno=FIRST_INHERITED + index) for index in range(number)]


def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="zmd_emergency.serve")
    parser.add_argument("--port", type=int, help="listen on 127.0.0.1 here, unless a socket is inherited")
    parser.add_argument(
        "--grace", type=int, default=30, help="seconds that a request may still take at the end"
    )
    options = parser.parse_args(arguments)
    sockets = inherited()
    if not sockets and options.port is None:
        parser.error("no socket was inherited and no --port is told")
    only_the_proxy = any(each.family == socket.AF_UNIX for each in sockets)
    config = Config(
        "zmd_emergency.asgi:application",
        host="127.0.0.1",
        port=options.port or 0,
        http=Protocol,
        ws="none",
        timeout_graceful_shutdown=options.grace,
        forwarded_allow_ips="*" if only_the_proxy else "127.0.0.1",
        log_config=None,
        access_log=False,
        server_header=False,
        callback_notify=tell_systemd_it_turns,
        timeout_notify=10,
    )
    PatientServer(config).run(sockets or None)


if __name__ == "__main__":
    main()
