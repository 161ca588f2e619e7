"""Secrets and ports that belong to one stack alone."""

import errno
import os
import random
import secrets
import socket
from pathlib import Path

# Below the kernel's range for outgoing connections: a server that is restarted must find its
# port free, and an outgoing connection could have taken it meanwhile.
_PORTS = range(15000, 32000)


def kept_secret(path: Path) -> str:
    """Give the secret kept in that file, making a random one first if there is none."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="utf-8").strip()


def write_private(path: Path, content: str) -> None:
    """Replace a file in one step by one that only its owner may read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    draft.replace(path)


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    return obstacle(host, port) is None


def obstacle(host: str, port: int) -> str | None:
    """Say in a sentence why no server could listen there now, or None if one could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} on {host} is taken; choose another with --port."
            return f"No server can listen on {host} port {port}: {error.strerror}."
    return None


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Pick that many different ports nobody listens on."""
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if is_free(host, port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("No free port is left on this machine.")
