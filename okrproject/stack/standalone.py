"""The stack's database for one command, whether the stack runs or not."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from typing import Final

from django.conf import settings

from okrproject import env
from okrproject.stack.claim import AlreadyRunningError, claim
from okrproject.stack.launch import die_with_parent, identity
from okrproject.stack.postgres import ClusterError, Postgres
from okrproject.stack.postgres_home import RECORD_FILE, find_home
from okrproject.stack.private import free_ports, kept_secret

_STARTUP_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Reached:
    """A database that answers, and whether a stack is using it."""

    url: str
    in_use: bool


@contextlib.contextmanager
def database_of(data_dir: Path) -> Iterator[Reached]:
    """Reach the database that is named, the running stack's, or the embedded one, started for this."""
    if env.text("DATABASE_URL") and "DATABASE_URL" not in settings.FROM_RUNNING_STACK:
        yield Reached(settings.DATABASE_URL, in_use=_runs(data_dir))
        return
    try:
        holding = contextlib.ExitStack()
        holding.enter_context(claim(data_dir))
    except AlreadyRunningError:
        yield Reached(settings.DATABASE_URL, in_use=True)
        return
    with holding, _embedded(data_dir) as url:
        yield Reached(url, in_use=False)


def has_embedded(data_dir: Path) -> bool:
    """Tell whether a stack has kept an embedded database in that folder."""
    return (data_dir / "postgres" / "cluster").exists() or (data_dir / RECORD_FILE).exists()


def _runs(data_dir: Path) -> bool:
    try:
        with claim(data_dir):
            return False
    except AlreadyRunningError:
        return True


@contextlib.contextmanager
def _embedded(data_dir: Path) -> Iterator[str]:
    secret = kept_secret(data_dir / "postgres-password")
    server = Postgres(find_home(data_dir), free_ports(1)[0], secret)
    server.prepare()
    launch, parent = server.launch(), getpid()
    process = subprocess.Popen(  # noqa: S603 - our own command line
        launch.argv,
        env=dict(launch.env),
        cwd=launch.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(launch.orphaned, parent),  # noqa: PLW1509 - one thread here
        **identity(launch.account),
    )
    try:
        _wait(server, process)
        yield server.url()
    finally:
        process.send_signal(launch.stop)
        process.wait(_STOP_SECONDS)


def _wait(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTUP_SECONDS
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ClusterError("The embedded PostgreSQL did not start.")
        time.sleep(0.05)
