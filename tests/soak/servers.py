"""The servers of the soak: its own PostgreSQL and broker, killed and started again, behind slow wires."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from okrproject.stack.postgres import Postgres
from okrproject.stack.postgres_home import find_home
from okrproject.stack.private import free_ports
from okrproject.stack.valkey import Valkey
from tests.servers import Server, start, wait_until
from tests.soak.wire import Wire

_PASSWORD = "only-for-the-soak"
# Beyond 64 MiB Valkey writes its file anew, for which it needs the room twice.
_DISK_MIB = 512


class Own:
    """One server that the soak starts, kills and starts again."""

    def __init__(self, server: Server, log: Path) -> None:
        self._server = server
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it and wait until it answers."""
        self._server.prepare()
        with self._log.open("ab") as output:
            process = start(self._server.launch(), output.fileno())
        self._process = process
        wait_until(self._server.is_ready, alive=lambda: process.poll() is None, explain=self._log.read_text)

    def die(self) -> None:
        """Kill it and all its children without a goodbye.

        PostgreSQL's lead sessions of their own, and as long as one of them lives no successor may start.
        """
        if self._process is not None and self._process.poll() is None:
            server = psutil.Process(self._process.pid)
            family = [server, *server.children(recursive=True)]
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            self._process.wait(30)
            psutil.wait_procs(family, timeout=30)

    def end(self) -> None:
        """Let it end in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._server.launch().stop)
            self._process.wait(60)


class Servers:
    """PostgreSQL and the broker, each reached over a wire that can be slow or cut."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(2)
        # PostgreSQL's own user passes through when the soak runs as root.
        folder.chmod(0o711)
        postgres = Postgres(find_home(folder), ports[0], _PASSWORD)
        self.disk = folder / "broker"
        broker = Valkey("broker", self.disk, ports[1], _PASSWORD, durable=True)
        self.postgres = Own(postgres, folder / "postgres.log")
        self.broker = Own(broker, folder / "broker.log")
        self.database_wire = Wire(ports[0])
        self.broker_wire = Wire(ports[1])
        self.database_url = postgres.url()
        self.broker_url = broker.url()
        self.environment = {
            "DATABASE_URL": postgres.url().replace(f":{ports[0]}/", f":{self.database_wire.port}/"),
            "REDIS_URL": broker.url().replace(f":{ports[1]}/", f":{self.broker_wire.port}/"),
        }


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small file system of its own there; says whether this machine allows it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MIB}m,mode=700", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextlib.contextmanager
def own_servers(folder: Path) -> Iterator[Servers]:
    """Run the servers for the length of the block."""
    servers = Servers(folder)
    with contextlib.ExitStack() as stack:
        for wire in (servers.database_wire, servers.broker_wire):
            stack.enter_context(wire)
        for server in (servers.postgres, servers.broker):
            stack.callback(server.end)
            server.begin()
        yield servers
