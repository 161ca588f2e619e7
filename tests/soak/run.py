"""One run: start a stack, let people talk, break everything by the schedule, and look closely."""

import contextlib
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis

from tests.acceptance.stack import RECOVERY_SECONDS, RunningStack
from tests.soak.clock import clock_of
from tests.soak.faults import FAULTS, OUTAGES
from tests.soak.invariants import lost, of_clients, violations
from tests.soak.load import Load
from tests.soak.records import Lived, Sent
from tests.soak.schedule import Step, schedule
from tests.soak.servers import own_servers, small_disk
from tests.soak.stage import Stage

_DRAIN_SECONDS = 120.0
_SETTLE_SECONDS = 10.0
_SURROUNDINGS = {
    # Chance may kill one job's worker several times without the job being poison.
    "JOB_MAX_ATTEMPTS": "8",
    "CLAUDE_IDLE_TIMEOUT_SECONDS": "3",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How long, how many, and which chance."""

    messages: int
    people: int
    rounds: int
    seed: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Connections:
    """How many connections the servers hold."""

    database: int
    broker: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the run came to."""

    options: Options
    seconds: float
    sent: Sequence[Sent]
    statuses: dict[int, int]
    lived: Sequence[Lived]
    violations: tuple[str, ...]
    lost: int
    before: Connections
    after: Connections

    @property
    def is_good(self) -> bool:
        """Tell whether everything held."""
        in_faults = [violation for one in self.lived for violation in one.violations]
        return not (self.violations or in_faults or self.lost)


def run(options: Options) -> Outcome:
    """Run once; servers and files are the run's own and go with it."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="okr-soak-", dir="/var/tmp")))
        return stack.enter_context(_staged(folder, options))


@contextlib.contextmanager
def _staged(folder: Path, options: Options) -> Iterator[Outcome]:
    clock, faked = clock_of(folder)
    with (
        small_disk(folder / "broker") as small,
        own_servers(folder) as servers,
        _a_stack(folder / "data", _SURROUNDINGS | servers.environment | faked) as up,
    ):
        began = time.monotonic()
        load = Load(up.base_url, up.key, options.messages, options.people, options.seed, began)
        stage = Stage(up, servers, load, random.Random(options.seed), clock, small)
        yield _lived_through(stage, options, began)


@contextlib.contextmanager
def _a_stack(data_dir: Path, surroundings: dict[str, str]) -> Iterator[RunningStack]:
    stack = RunningStack(data_dir, worker_threads=50, **surroundings)  # type: ignore[arg-type]  # all are variables
    try:
        yield stack
    finally:
        stack.stop()


def _lived_through(stage: Stage, options: Options, began: float) -> Outcome:
    load = stage.load
    steps = schedule(options.faults, messages=options.messages, rounds=options.rounds, seed=options.seed)
    load.gate.allow(steps[0].after if steps else options.messages)
    before = connections_of(stage)
    load.begin()
    lived = [
        _inflicted(stage, step, after, began)
        for step, after in zip(steps, _ends(steps, options), strict=True)
    ]
    load.gate.allow(options.messages)
    load.end()
    drained = stage.wait_until_ended(stage.open_jobs(), at_most=_DRAIN_SECONDS)
    time.sleep(_SETTLE_SECONDS)
    sent = load.ledger.all()
    found = (
        *violations(stage.servers.database_url, over=True),
        *of_clients(sent),
        *(f"a client gave up: {what}" for what in load.given_up),
        *(() if drained is not None else ("the queue did not drain",)),
        *_impossible(load.ledger.statuses),
    )
    return Outcome(
        options, time.monotonic() - began, sent, load.ledger.statuses, lived, found,
        lost(stage.servers.database_url, sent), before, connections_of(stage),
    )  # fmt: skip


def _ends(steps: Sequence[Step], options: Options) -> list[int]:
    """Say for each step up to which message people may go on while it lasts."""
    return [*(step.after for step in steps[1:]), options.messages]


def _inflicted(stage: Stage, step: Step, end: int, began: float) -> Lived:
    stage.load.gate.allow(end)
    stage.load.gate.wait_for(step.after, given_up=stage.load.is_over)
    act = (FAULTS | OUTAGES)[step.fault]
    start = time.monotonic() - began
    try:
        note = act(stage) or ""
        failed: tuple[str, ...] = ()
    except AssertionError as error:
        note, failed = "", (str(error),)
    healed = time.monotonic() - began
    took = stage.wait_until_ended(stage.open_jobs(), at_most=RECOVERY_SECONDS * 2)
    late = () if took is not None and took <= RECOVERY_SECONDS else (f"recovery took {took} s",)
    found = violations(stage.servers.database_url)
    print(
        f"{start:7.1f} s  after {step.after:>6} messages  {step.fault:<32} "
        f"recovered in {took if took is None else round(took, 1)} s  {note}  {found + failed or ''}",
        flush=True,
    )
    return Lived(step.fault, start, healed, took or float("inf"), (*failed, *late, *found), note)


def connections_of(stage: Stage) -> Connections:
    """Count the connections the servers hold."""
    with psycopg.connect(stage.servers.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'okr'").fetchone()
    with contextlib.closing(Redis.from_url(stage.servers.broker_url)) as broker:
        clients = broker.info("clients")
    assert row is not None
    assert isinstance(clients, dict)
    return Connections(int(row[0]), int(clients["connected_clients"]))


def _impossible(statuses: dict[int, int]) -> tuple[str, ...]:
    """Name the answers no good server gives, whatever breaks behind it."""
    return tuple(
        f"HTTP {status}, {times} times"
        for status, times in statuses.items()
        if status >= 500 and status not in {502, 503}
    )
