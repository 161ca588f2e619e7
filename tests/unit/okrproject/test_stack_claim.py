"""A data folder has one stack, and what a killed one left is recognised."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from okrproject.stack.claim import AlreadyRunningError, Roster, claim, write_addresses


def test_a_second_claim_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    with claim(tmp_path), pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"), claim(tmp_path):
        pass


def test_a_claim_ends_with_its_files(tmp_path: Path) -> None:
    with claim(tmp_path):
        write_addresses(tmp_path, {"REDIS_URL": "redis://127.0.0.1:1/0"})
        assert (tmp_path / "stack.env").read_text() == "REDIS_URL=redis://127.0.0.1:1/0\n"
        assert (tmp_path / "stack.env").stat().st_mode & 0o777 == 0o600

    assert not (tmp_path / "stack.env").exists()
    with claim(tmp_path):
        pass


def test_the_roster_names_the_running_processes(tmp_path: Path) -> None:
    roster = Roster(tmp_path)

    roster.add("web", 11)
    roster.add("beat", 12)
    roster.remove("web", 11)
    # Its successor has its name by now.
    roster.remove("beat", 10)

    assert json.loads((tmp_path / "pids.json").read_text()) == {"up": os.getpid(), "beat": 12}


def test_a_process_of_a_killed_stack_is_ended(tmp_path: Path) -> None:
    with a_sleeper() as sleeper:
        Roster(tmp_path).add("worker-1", sleeper.pid)

        Roster(tmp_path).end_leftovers()

        assert not psutil.pid_exists(sleeper.pid)


def test_a_number_that_belongs_to_another_process_by_now_is_spared(tmp_path: Path) -> None:
    with a_sleeper() as stranger:
        Roster(tmp_path).add("worker-1", stranger.pid)
        long_ago = time.time() - 3600
        os.utime(tmp_path / "pids.json", (long_ago, long_ago))

        Roster(tmp_path).end_leftovers()

        assert stranger.poll() is None
        stranger.kill()


def test_an_unreadable_roster_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "pids.json").write_text("{")

    Roster(tmp_path).end_leftovers()


def a_sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
