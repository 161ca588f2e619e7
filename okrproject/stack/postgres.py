"""PostgreSQL from its wheel's binaries: one cluster in a folder of its own."""

import logging
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from okrproject.stack.launch import Launch, identity
from okrproject.stack.postgres_home import Home
from okrproject.stack.private import write_private

logger = logging.getLogger(__name__)

ROLE = DATABASE = "okr"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_checkpoints": "off",
    # The details of an error are the refused row: what people wrote.
    "log_error_verbosity": "terse",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Nothing of the caller's locale or libpq variables may reach the server.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class ClusterError(Exception):
    """The embedded PostgreSQL cluster could not be made."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """One PostgreSQL server on a private loopback port; its role owns everything in it."""

    home: Home
    port: int
    password: str
    durable: bool = True
    name: str = "postgres"

    def url(self, database: str = DATABASE) -> str:
        """Give the address of one of its databases."""
        return f"postgres://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster if there is none, and clear away what a killed server left."""
        if not self.home.cluster.exists():
            self._initialise()
        self._end_leftover()

    def launch(self) -> Launch:
        """Say how the server is started; its stop signal ends connections, then saves."""
        settings = _SETTINGS | (_DURABLE if self.durable else _FORGETFUL) | {"port": str(self.port)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Launch(
            self.name,
            (str(self.home.program("postgres")), "-D", str(self.home.cluster), *options),
            env=_ENVIRONMENT,
            account=self.home.account,
            stop=signal.SIGINT,
            orphaned=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """Tell whether it takes queries, and see to it that our database exists."""
        try:
            with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=2) as connection:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                if connection.execute(query, [DATABASE]).fetchone() is None:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        """Run initdb; the password goes by a file that only the server's user may read."""
        draft = self.home.make_draft()
        password = self.home.folder / "password"
        write_private(password, self.password)
        self.home.hand_over(password)
        command = [
            str(self.home.program("initdb")),
            *("-D", str(draft), "-U", ROLE, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            *([] if self.durable else ["--no-sync"]),
        ]
        surroundings = identity(self.home.account)
        try:
            result = subprocess.run(  # noqa: S603 - our own command line
                command,
                env=_ENVIRONMENT,
                cwd="/",
                text=True,
                capture_output=True,
                check=False,
                **surroundings,
            )
        finally:
            password.unlink()
        if result.returncode:
            raise ClusterError(f"PostgreSQL could not make its files: {result.stderr.strip()}")
        draft.rename(self.home.cluster)

    def _end_leftover(self) -> None:
        """End a server that outlived its supervisor; forget the number of one that is gone."""
        record = self.home.cluster / "postmaster.pid"
        if not record.exists():
            return
        leftover = self._running(record)
        if leftover is None:
            # The number may belong to another process by now, and the server would refuse to start.
            record.unlink()
            return
        logger.warning("A PostgreSQL server was left running on these files; it is stopped first.")
        leftover.send_signal(signal.SIGINT)
        try:
            leftover.wait(10)
        except psutil.TimeoutExpired:
            leftover.kill()
            leftover.wait(10)

    def _running(self, record: Path) -> psutil.Process | None:
        try:
            process = psutil.Process(int(record.read_text().split("\n", 1)[0]))
            return process if str(self.home.cluster) in process.cmdline() else None
        except (psutil.Error, ValueError):
            return None
