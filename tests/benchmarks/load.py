"""A load that costs next to nothing to make: prepared sessions, and clients that only move bytes."""

import socket
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.acceptance.stack import RunningStack, eventually, running_stack

# What the product is set to, where tests hurry it along.
_PRODUCT = {
    "OKR_TEST_CRASH_POINTS": "0",
    "JOB_LEASE_SECONDS": "15",
    "JOB_RESEND_SECONDS": "5",
    "JOB_MAX_ATTEMPTS": "4",
    "REAP_INTERVAL_SECONDS": "3",
}

_BODY = b'{"content": "We want customers to stay."}'
# One row stands for all: the copies differ in their key alone, whatever columns there are.
_COPIES = """
    INSERT INTO conversations_session
    SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
      FROM conversations_session AS one, generate_series(1, %s) WHERE one.id = %s
 RETURNING id::text
"""
_OPEN = "SELECT EXISTS (SELECT 1 FROM conversations_job WHERE status IN ('queued', 'running'))"
_ANSWERED = """
    SELECT session_id, turn, status, attempt,
           EXTRACT(EPOCH FROM created_at)::float AS created,
           EXTRACT(EPOCH FROM started_at)::float AS started,
           EXTRACT(EPOCH FROM finished_at)::float AS finished,
           (timings->'steps'->>'step_7_claude_api_call')::float / 1000 AS called
      FROM conversations_job WHERE created_at >= %s ORDER BY created_at
"""


@contextmanager
def product_stack(*, profile: str, processes: int, threads: int) -> Iterator[RunningStack]:
    """Run a stack as the product is set, over a simulator of this profile."""
    with (
        tempfile.TemporaryDirectory(prefix="okr-bench-") as folder,
        running_stack(
            Path(folder),
            worker_processes=processes,
            worker_threads=threads,
            SIMULATOR_PROFILE=profile,
            **_PRODUCT,
        ) as stack,
    ):
        yield stack


def sessions_of(stack: RunningStack, count: int) -> list[str]:
    """Give so many new sessions of the demo user."""
    template = stack.open_session()
    with psycopg.connect(stack.setting("DATABASE_URL")) as database:
        return [row[0] for row in database.execute(_COPIES, (count, template)).fetchall()]


class Clients:
    """Clients that send a message to each given session, in that order, as fast as they can or at a rate.

    A message that is not accepted ends all of them: nothing but a 202 will do.
    """

    def __init__(self, stack: RunningStack, *, count: int, each_second: float | None = None) -> None:
        parts = urllib.parse.urlsplit(stack.base_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._key = stack.key
        self._count = count
        self._pause = 1 / each_second if each_second else 0.0
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._next = 0.0
        self._took: list[float] = []
        self._refused: list[bytes] = []

    def send(self, sessions: Sequence[str]) -> list[float]:
        """Send; give what each took, in milliseconds."""
        self._waiting, self._took = list(reversed(sessions)), []
        self._next = time.monotonic()
        threads = [threading.Thread(target=self._client) for _ in range(self._count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._refused or len(self._took) < len(sessions):
            raise AssertionError(f"A message was not accepted: {self._refused[:1]!r}")
        return self._took

    def _client(self) -> None:
        with socket.create_connection(self._address, timeout=120) as connection:
            while (session := self._taken()) is not None:
                began = time.perf_counter()
                connection.sendall(_request(self._key, session))
                answer = _answer(connection)
                self._took.append((time.perf_counter() - began) * 1000)
                if not answer.startswith(b"HTTP/1.1 202"):
                    self._refused.append(answer)

    def _taken(self) -> str | None:
        """Give the next session when its time has come; none when all were served, or one was refused."""
        with self._lock:
            if not self._waiting or self._refused:
                return None
            session, moment = self._waiting.pop(), self._next
            self._next = moment + self._pause
        time.sleep(max(moment - time.monotonic(), 0.0))
        return session


def wait_until_drained(stack: RunningStack, *, seconds: float) -> None:
    """Wait until no message is unanswered."""
    with psycopg.connect(stack.setting("DATABASE_URL"), autocommit=True) as database:

        def none_open() -> bool | None:
            time.sleep(0.2)
            row = database.execute(_OPEN).fetchone()
            return None if row is None or row[0] else True

        eventually(none_open, "every message to be answered", seconds=seconds)


def answered_since(stack: RunningStack, moment: datetime) -> list[dict[str, Any]]:
    """Give what became of the messages accepted from this moment on, oldest first."""
    with psycopg.connect(stack.setting("DATABASE_URL"), row_factory=dict_row) as database:
        return database.execute(_ANSWERED, (moment,)).fetchall()


def now_of(stack: RunningStack) -> datetime:
    """Give the database's time, by which jobs are stamped."""
    row = stack.query("SELECT clock_timestamp()")
    assert row is not None
    moment: datetime = row[0]
    return moment


def _request(key: str, session: str) -> bytes:
    return (
        f"POST /api/v1/sessions/{session}/messages/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
        f"Content-Length: {len(_BODY)}\r\n\r\n"
    ).encode() + _BODY


def _answer(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(connection)
    return head + body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("The server hung up.")
    return data
