"""A whole stack under test: started, spoken to over REST, and broken on purpose."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psutil
import psycopg
import redis

from conversations.values import PRESENCE_PREFIX
from tests.servers import outside_environment

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2
# The promise: recovery within the lease plus fifteen seconds.
RECOVERY_SECONDS = LEASE_SECONDS + 15
ENDED = {"succeeded", "failed", "cancelled", "superseded"}
TEST_ENVIRONMENT = {
    "OKR_TEST_CRASH_POINTS": "1",
    "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
    "REAP_INTERVAL_SECONDS": "1",
    "JOB_RESEND_SECONDS": "1",
    # Chance may kill one job's worker again and again without the job being poison.
    "JOB_MAX_ATTEMPTS": "20",
    "SIMULATOR_PROFILE": "fast",
}
_START_SECONDS = 240
_CALL_SECONDS = 35
T = TypeVar("T")
_UNREACHABLE = (urllib.error.URLError, ConnectionError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answered."""

    status: int
    body: Any
    headers: Mapping[str, str]


class RunningStack:
    """One `manage.py up`, seen from outside."""

    def __init__(
        self, data_dir: Path, *, worker_processes: int = 2, worker_threads: int = 8, **environment: str
    ) -> None:
        self.data_dir = data_dir
        self._worker_processes = worker_processes
        self._lines: list[str] = []
        self._ready = threading.Event()
        self._over = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0", "--data-dir", str(data_dir),
             "--worker-processes", str(worker_processes), "--worker-threads", str(worker_threads)],
            cwd=ROOT,
            env=outside_environment() | TEST_ENVIRONMENT | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        self.base_url = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._ready.wait(_START_SECONDS)
        if not self.base_url:
            self.stop()
            raise AssertionError("The stack did not start:\n" + self.log())
        self.key = (data_dir / "demo-api-key").read_text().strip()

    def stop(self) -> int:
        """Ask it to drain and give its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(40)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join(5)
            assert self._process.stdout is not None
            self._process.stdout.close()

    def log(self) -> str:
        """Give what it printed last."""
        return "\n".join(self._lines[-80:])

    def autopsy(self, job: str) -> str:
        """Give what the row and the processes say of a job that did not end."""
        row = self.query(
            "SELECT status, attempt, lease_epoch, lease_until, sent_at, sent_count, now(), worker"
            " FROM conversations_job WHERE id = %s",
            job,
        )
        pids = (self.data_dir / "pids.json").read_text()
        shown = [line for line in self._lines if line.startswith("up") or "Error" in line or "WARN" in line]
        return f"{row}\n{pids}\n" + "\n".join(shown[-60:])

    def wait_until_whole(self) -> None:
        """Wait until every worker consumes, those that are being started again included."""
        eventually(lambda: self._every_worker_consumes() or None, "all workers", seconds=90, explain=self.log)

    def _every_worker_consumes(self) -> bool:
        workers = {pid for name, pid in self.pids().items() if name.startswith("worker-")}
        try:
            with redis.Redis.from_url(self.setting("REDIS_URL")) as broker:
                consuming = {int(key.rsplit(b":", 1)[1]) for key in broker.scan_iter(f"{PRESENCE_PREFIX}*")}
            alive = {pid for pid in workers if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE}
        except (redis.RedisError, psutil.NoSuchProcess):
            return False
        # A sign of life outlives its worker by some seconds.
        return len(alive) == self._worker_processes and alive <= consuming

    def pids(self) -> dict[str, int]:
        """Give the pids of its processes by name, as it wrote them down."""
        found: dict[str, int] = json.loads((self.data_dir / "pids.json").read_text())
        return found

    def pid_of(self, name: str) -> int:
        """Give the pid of one of its processes, waiting for one that is being restarted."""

        return eventually(lambda: self.pids().get(name), f"{name} to run")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one of its processes; one that has just died needs no killing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid_of(name), number)

    def arm(self, point: str) -> Path:
        """Have the next process that comes to a crash point die there."""
        folder = self.data_dir / "crash-points"
        folder.mkdir(exist_ok=True)
        armed = folder / point
        armed.touch()
        return armed

    def disarm(self) -> None:
        """Let nobody die at a crash point any more."""
        for armed in (self.data_dir / "crash-points").glob("*"):
            armed.unlink(missing_ok=True)

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Make one REST call; raises an `_UNREACHABLE` error when the server dies under it."""
        request = urllib.request.Request(
            f"{self.base_url}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})},
            method=method,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_CALL_SECONDS) as answer:
                return _response(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return _response(error.code, error.read(), error.headers)

    def patiently(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Make one REST call, again and again while nobody answers, as a good client does."""

        def attempt() -> Response | None:
            try:
                response = self.call(method, path, body, headers)
            except (*_UNREACHABLE, OSError):
                return None
            return None if response.status in {502, 503} else response

        return eventually(attempt, f"{method} {path} to be answered", seconds=60)

    def open_session(self, **fields: object) -> str:
        """Open a session."""
        response = self.patiently("POST", "/sessions/", fields)
        assert response.status == 201, response
        return str(response.body["id"])

    def send(self, session: str, content: str, *, cached: bool = False, **fields: object) -> str:
        """Send a message as a good client does, with a key of its own; give the job's id.

        Unless asked for, the answer is not shared through the cache, so that each message is a call.
        """
        headers = {"Idempotency-Key": str(uuid4())} | ({} if cached else {"Cache-Control": "no-store"})
        response = self.patiently(
            "POST", f"/sessions/{session}/messages/", {"content": content, **fields}, headers
        )
        assert response.status == 202, response
        return str(response.body["id"])

    def ended(self, job: str, seconds: float = RECOVERY_SECONDS) -> dict[str, Any]:
        """Wait for the end of a job and give it."""

        def look() -> dict[str, Any] | None:
            response = self.patiently("GET", f"/jobs/{job}/?wait=5")
            assert response.status == 200, response
            document: dict[str, Any] = response.body
            return document if document["status"] in ENDED else None

        return eventually(look, f"job {job} to end", seconds=seconds, explain=lambda: self.autopsy(job))

    def worker_of(self, job: str) -> str | None:
        """Name the process that is working on a job, if one is."""
        row = self.query("SELECT worker FROM conversations_job WHERE id = %s AND status = 'running'", job)
        if row is None:
            return None
        pid = int(str(row[0]).rsplit(":", 1)[1])
        return next((name for name in ("worker-1", "worker-2") if self.pid_of(name) == pid), None)

    def setting(self, name: str) -> str:
        """Give one of the addresses the stack wrote down."""
        lines = (self.data_dir / "stack.env").read_text().splitlines()
        return next(line.split("=", 1)[1] for line in lines if line.startswith(f"{name}="))

    def query(self, statement: str, *parameters: object) -> tuple[Any, ...] | None:
        """Ask the stack's database and give the first row."""
        with psycopg.connect(self.setting("DATABASE_URL")) as connection:
            return connection.execute(statement, parameters).fetchone()

    def transcript(self, session: str) -> list[tuple[str, str]]:
        """Give who said what in a session."""
        response = self.patiently("GET", f"/sessions/{session}/messages/?page_size=200")
        return [(one["role"], one["content"]) for one in response.body["results"]]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line.rstrip())
            if line.startswith("ready http"):
                self.base_url = line.split()[1]
                self._ready.set()
        self._ready.set()


@contextlib.contextmanager
def running_stack(
    data_dir: Path, *, worker_processes: int = 2, worker_threads: int = 8, **environment: str
) -> Iterator[RunningStack]:
    """Run a stack for the length of the block."""
    stack = RunningStack(
        data_dir, worker_processes=worker_processes, worker_threads=worker_threads, **environment
    )
    try:
        stack.wait_until_whole()
        yield stack
    finally:
        stack.stop()


def eventually(
    look: Callable[[], T | None],
    what: str,
    *,
    seconds: float = 30,
    explain: Callable[[], str] = str,
) -> T:
    """Look until there is something to see, or fail."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds} s for {what}.\n{explain()}")
        time.sleep(0.05)


def _response(status: int, body: bytes, headers: Any) -> Response:
    return Response(status, json.loads(body) if body else None, dict(headers.items()))
