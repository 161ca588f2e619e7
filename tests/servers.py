"""The tests' own PostgreSQL and Valkey: started once, shared by every xdist worker."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import psutil

from okrproject.stack.launch import Launch, die_with_parent, identity
from okrproject.stack.postgres import Postgres
from okrproject.stack.postgres_home import OWNER_FILE, find_home
from okrproject.stack.private import free_ports
from okrproject.stack.valkey import Valkey

FOLDER = "OKR_TEST_FOLDER"
_PASSWORD = "only-for-tests"
_STARTUP_SECONDS = 60


class Server(Protocol):
    """What the embedded servers have in common."""

    def prepare(self) -> None: ...
    def launch(self) -> Launch: ...
    def is_ready(self) -> bool: ...


def choose_addresses() -> None:
    """Put the addresses of the servers to come into the environment, once per test run.

    Django reads its settings before pytest knows what it will run, so the addresses come first
    and the servers follow when something needs them. Whatever the caller's environment names
    is ignored: tests flush databases.
    """
    if FOLDER in os.environ:
        return
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"okr-tests-{os.getpid()}-", dir="/var/tmp"))
    # PostgreSQL's user passes through when the tests run as root.
    folder.chmod(0o711)
    (folder / "data" / "static").mkdir(parents=True)
    database, broker, cache = free_ports(3)
    os.environ |= {
        FOLDER: str(folder),
        "OKR_DATA_DIR": str(folder / "data"),
        "DATABASE_URL": f"postgres://okr:{_PASSWORD}@127.0.0.1:{database}/okr",
        "REDIS_URL": f"redis://:{_PASSWORD}@127.0.0.1:{broker}/0",
        "CACHE_REDIS_URL": f"redis://:{_PASSWORD}@127.0.0.1:{cache}/0",
        "ANTHROPIC_API_KEY": "",
        "ANTHROPIC_BASE_URL": "",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
    }


def redis_database(url: str, number: int) -> str:
    """Give the same server's address with another database number."""
    return f"{url.rsplit('/', 1)[0]}/{number}"


def outside_environment() -> dict[str, str]:
    """Give the environment of a user's shell, for tests that start the product from outside."""
    ours = ("OKR_", "DATABASE_", "REDIS_", "CACHE_", "ANTHROPIC_", "SECRET_KEY", "DJANGO_", "PYTEST_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Run the servers at the chosen addresses; their files go when they stop."""
    folder = Path(os.environ[FOLDER])
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for server in _servers(folder):
            stack.enter_context(serve(server))
        yield


@contextlib.contextmanager
def serve(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Run one embedded server until the block ends."""
    server.prepare()
    launch = server.launch()
    log = Path(os.environ[FOLDER]) / f"{launch.name}-{time.monotonic_ns()}.log"
    with log.open("wb") as output, start(launch, output.fileno()) as process:
        try:
            wait_until(server.is_ready, alive=lambda: process.poll() is None, explain=log.read_text)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(launch.stop)
            process.wait(30)


def start(launch: Launch, output: int) -> subprocess.Popen[bytes]:
    """Start a process that does not outlive this one."""
    parent = os.getpid()
    return subprocess.Popen(
        launch.argv,
        env=dict(launch.env) or None,
        cwd=launch.cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(launch.orphaned, parent),  # noqa: PLW1509 - one thread here
        **identity(launch.account),
    )


def wait_until(
    holds: Callable[[], bool],
    *,
    alive: Callable[[], bool] = lambda: True,
    explain: Callable[[], str] = lambda: "",
    seconds: float = _STARTUP_SECONDS,
) -> None:
    """Wait for a condition with a deadline; fail with an explanation."""
    deadline = time.monotonic() + seconds
    while not holds():
        if not alive() or time.monotonic() > deadline:
            raise AssertionError(f"It did not come to pass: {explain()}")
        time.sleep(0.02)


def _servers(folder: Path) -> list[Server]:
    data = folder / "data"
    data.chmod(0o711)
    ports = [int(os.environ[name].rsplit(":", 1)[1].split("/")[0])
             for name in ("DATABASE_URL", "REDIS_URL", "CACHE_REDIS_URL")]  # fmt: skip
    return [
        Postgres(find_home(data), ports[0], _PASSWORD, durable=False),
        Valkey("broker", folder / "broker", ports[1], _PASSWORD, durable=True),
        Valkey("cache", folder / "cache", ports[2], _PASSWORD, durable=False),
    ]


def remove_homes(*, whose: Callable[[Path], bool]) -> None:
    """Remove what PostgreSQL keeps outside of temporary data folders, for those data folders."""
    for home in Path("/var/tmp").glob("okr-postgres-*"):
        note = home / OWNER_FILE
        if not note.exists():
            continue
        data_dir = Path(note.read_text())
        if data_dir.is_relative_to(tempfile.gettempdir()) and whose(data_dir):
            shutil.rmtree(home, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of test runs that were killed."""
    remove_homes(whose=lambda data_dir: not data_dir.exists())
    for folder in Path("/var/tmp").glob("okr-tests-*-*"):
        pid = folder.name.split("-")[2]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
