"""The public port: bound once by the supervisor, and handed to one web process after the other."""

import socket
from typing import Final

from okrproject import env

LISTEN_VARIABLE: Final = "OKR_LISTEN_FD"
BACKLOG: Final = 1024


def bound(host: str, port: int) -> socket.socket:
    """Bind the port; who comes before `listen` is refused, who comes after it waits for a web process.

    While one web process takes over from another the socket stays open, so its queue of connections does
    too: nobody is refused or cut off in between.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # The connections inherit it. Head and body of an answer are written apart, and on a connection that is
    # kept the body waited 40 ms for the head to be acknowledged.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setblocking(False)
    opened.bind((host, port))
    return opened


def inherited() -> int | None:
    """Give the number of the socket that the supervisor handed to this process."""
    number = env.text("OKR_LISTEN_FD")
    return int(number) if number else None
