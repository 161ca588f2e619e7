"""The supervisor keeps the whole system running, and ends it without leaving anything behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from okrproject.stack.private import free_ports, is_free
from tests.acceptance.stack import ROOT, RunningStack, eventually, running_stack
from tests.servers import outside_environment

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("supervisor")]
PROCESSES = {"up", "postgres", "broker", "cache", "simulator", "web", "worker-1", "worker-2", "beat"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """One stack for every test that leaves it running."""
    with running_stack(tmp_path_factory.mktemp("supervisor")) as running:
        yield running


def up(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a start that is expected to be refused."""
    return subprocess.run(  # noqa: PLW1510 - the code is what the tests look at
        [sys.executable, "manage.py", "up", *arguments],
        cwd=ROOT,
        env=outside_environment() | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def answers(stack: RunningStack) -> bool:
    session = stack.open_session()
    return bool(stack.ended(stack.send(session, "We want customers to stay longer"))["status"] == "succeeded")


def test_it_says_once_that_it_is_ready_and_names_its_processes(stack: RunningStack) -> None:
    said = [line for line in stack.log().splitlines() if line.startswith("ready ")]

    assert said == [f"ready {stack.base_url}"]
    eventually(lambda: set(stack.pids()) == PROCESSES or None, "all processes to run", explain=stack.log)
    assert answers(stack)


def test_its_secrets_are_for_its_owner_alone(stack: RunningStack) -> None:
    passwords = ["admin-password", "postgres-password", "valkey-password"]
    private = ["stack.env", "pids.json", "demo-api-key", *passwords]

    modes = {name: (stack.data_dir / name).stat().st_mode & 0o777 for name in private}
    shown = " ".join(" ".join(psutil.Process(pid).cmdline()) for pid in stack.pids().values())

    assert modes == dict.fromkeys(private, 0o600)
    assert not any((stack.data_dir / name).read_text() in shown for name in passwords)


def test_a_second_start_on_the_same_folder_is_refused_with_a_sentence(stack: RunningStack) -> None:
    second = up("--port", "0", "--data-dir", str(stack.data_dir))

    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert f"A stack is already running on {stack.data_dir}" in second.stderr
    assert answers(stack)


def test_a_port_that_is_taken_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = up("--port", str(port), "--data-dir", str(tmp_path))

    assert refused.returncode == 1
    assert refused.stderr == f"CommandError: Port {port} on 127.0.0.1 is taken; choose another with --port.\n"


@pytest.mark.parametrize("name", ["worker-1", "web", "beat", "simulator", "broker", "cache", "postgres"])
def test_a_process_that_dies_is_started_again_and_the_others_stay(stack: RunningStack, name: str) -> None:
    before = stack.pids()

    stack.kill(name)

    def another() -> int | None:
        pid = stack.pids().get(name)
        return pid if pid not in {None, before[name]} else None

    eventually(another, f"another {name}", explain=stack.log)
    after = stack.pids()
    assert {other for other in PROCESSES if before[other] != after.get(other)} == {name}
    assert answers(stack)


def test_a_killed_supervisor_takes_all_along_and_the_next_start_drains_with_code_0(tmp_path: Path) -> None:
    # A private folder that PostgreSQL's own user cannot enter, as `mktemp -d` makes it.
    folder = tmp_path / "a private folder"
    folder.mkdir(mode=0o700)
    first = RunningStack(folder / "var")
    session = first.open_session()
    job = first.ended(first.send(session, "We want customers to stay longer"))
    children = psutil.Process(first.pid_of("up")).children(recursive=True)

    first.kill("up")
    _, alive = psutil.wait_procs(children, timeout=20)
    first.stop()

    assert alive == []
    second = RunningStack(folder / "var")
    children = psutil.Process(second.pid_of("up")).children(recursive=True)
    assert second.ended(job["id"])["reply"] == job["reply"]
    assert second.stop() == 0
    _, alive = psutil.wait_procs(children, timeout=0)
    assert alive == []
    assert not (folder / "var" / "stack.env").exists()
    assert not (folder / "var" / "pids.json").exists()
    assert is_free("127.0.0.1", int(second.base_url.rsplit(":", 1)[1]))


def test_a_drain_lets_a_running_job_finish(tmp_path: Path) -> None:
    stack = RunningStack(tmp_path, SIMULATOR_PROFILE="seed")
    try:
        session = stack.open_session()
        job = stack.send(session, "We want customers to stay longer")
        eventually(lambda: stack.worker_of(job), "a worker to take the job")
    finally:
        code = stack.stop()

    assert code == 0
    with running_stack(tmp_path) as again:
        ended = again.ended(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)


def test_a_second_signal_hastens_the_end_and_the_message_is_answered_later(tmp_path: Path) -> None:
    stack = RunningStack(tmp_path, SIMULATOR_PROFILE="seed")
    try:
        session = stack.open_session()
        job = stack.send(session, "We want customers to stay longer")
        eventually(lambda: stack.worker_of(job), "a worker to take the job")
        stack.kill("up", signal.SIGTERM)
        eventually(lambda: "the stack drains" in stack.log() or None, "the drain to begin")
    finally:
        code = stack.stop()

    assert code == 0
    with running_stack(tmp_path) as again:
        assert again.ended(job)["status"] == "succeeded"


def test_servers_that_the_environment_names_are_used(tmp_path: Path) -> None:
    named = {name: os.environ[name] for name in ("REDIS_URL", "CACHE_REDIS_URL")}
    with running_stack(
        tmp_path, REDIS_URL=named["REDIS_URL"], CACHE_REDIS_URL=named["CACHE_REDIS_URL"]
    ) as stack:
        stack.pid_of("beat")
        running = set(stack.pids())
        written = dict(line.split("=", 1) for line in (tmp_path / "stack.env").read_text().splitlines())

        assert running == PROCESSES - {"broker", "cache"}
        assert named.items() <= written.items()
        assert answers(stack)


def test_a_signal_during_the_start_ends_it(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(free_ports(1)[0]), "--data-dir", str(tmp_path)],
        cwd=ROOT,
        env=outside_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: (tmp_path / "pids.json").exists() or None, "the start to begin")
    eventually(lambda: "postgres" in (tmp_path / "pids.json").read_text() or None, "PostgreSQL to start")

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0
    assert not (tmp_path / "pids.json").exists()
