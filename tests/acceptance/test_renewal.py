"""A running stack takes up new code without failing a request or losing a message."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import pytest

from okrproject.stack.renewal import last_renewal
from tests.acceptance.stack import ROOT, RunningStack, eventually, running_stack
from tests.servers import outside_environment

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.xdist_group("supervisor"),
    pytest.mark.skipif(
        "OKR_RENEWAL" not in os.environ, reason="Takes minutes of load: `make renewal` runs it."
    ),
]
ROUNDS = 3
CLIENTS = 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("renewal"), SIMULATOR_PROFILE="fast") as running:
        eventually(lambda: running.pid_of("beat"), "the stack to be complete")
        yield running


class Load:
    """People who send, wait and look, each after the other, and take down whatever goes wrong."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._over = threading.Event()
        self.failures: list[str] = []
        self.requests = 0
        self.accepted: list[str] = []
        self.answered: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._talk) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop sending; what was sent is still waited for."""
        self._over.set()
        for thread in self._threads:
            thread.join(120)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Make one request, once: nothing is repeated."""
        try:
            response = self._stack.call(method, path, body, {"Cache-Control": "no-store"})
        except (OSError, HTTPException) as error:
            with self._lock:
                self.failures.append(f"{method} {path}: {error!r}")
            return {}
        with self._lock:
            self.requests += 1
            if response.status >= 400:
                self.failures.append(f"{method} {path}: {response}")
        return dict(response.body or {})

    def _talk(self) -> None:
        session = self._ask("POST", "/sessions/", {}).get("id")
        while session is not None and not self._over.is_set():
            job = self._ask(
                "POST", f"/sessions/{session}/messages/", {"content": f"We want growth. {uuid4()}"}
            )
            if "id" not in job:
                continue
            with self._lock:
                self.accepted.append(str(job["id"]))
            self._follow(str(job["id"]))

    def _follow(self, job: str) -> None:
        for _ in range(60):
            status = self._ask("GET", f"/jobs/{job}/?wait=10").get("status")
            if status not in {"queued", "running", None}:
                with self._lock:
                    self.answered[str(status)] += 1
                return


def ended(stack: RunningStack, number: int) -> bool | None:
    """Tell whether that many renewals have ended."""
    return last_renewal(stack.data_dir).number == number or None


@pytest.mark.timeout(ROUNDS * 500)
def test_three_renewals_under_load_fail_no_request_and_lose_no_message(stack: RunningStack) -> None:
    load = Load(stack)
    before = {name: stack.pid_of(name) for name in ("web", "worker-1", "worker-2", "beat")}
    try:
        for number in range(1, ROUNDS + 1):
            os.kill(stack.pid_of("up"), signal.SIGHUP)
            eventually(partial(ended, stack, number), f"renewal {number}", seconds=400, explain=stack.log)
    finally:
        load.end()
    after = {name: stack.pid_of(name) for name in before}

    assert load.failures == [], (load.requests, load.failures[:5], stack.log())
    assert last_renewal(stack.data_dir).problem == ""
    assert all(after[name] != before[name] for name in before)
    assert len(load.accepted) > ROUNDS
    assert load.answered == {"succeeded": len(load.accepted)}
    doubled = stack.query(
        "SELECT count(*), count(reply_id), count(DISTINCT reply_id), max(attempt) FROM conversations_job"
    )
    assert doubled == (len(load.accepted), len(load.accepted), len(load.accepted), 1)
    print(f"{load.requests} requests, {len(load.accepted)} messages, {ROUNDS} renewals")


def test_the_command_asks_for_a_renewal_and_waits_for_it(stack: RunningStack) -> None:
    before = last_renewal(stack.data_dir).number
    done = subprocess.run(
        [sys.executable, "manage.py", "renew"],
        cwd=ROOT,
        env=outside_environment() | {"OKR_DATA_DIR": str(stack.data_dir)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "was renewed" in done.stdout
    assert last_renewal(stack.data_dir).number == before + 1


def test_without_a_stack_there_is_nothing_to_renew(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "renew"],
        cwd=ROOT,
        env=outside_environment() | {"OKR_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 1
    assert "No stack is running" in done.stderr
