"""Everything that is broken on purpose; each fault heals before its function returns.

A function gives a note for the report where there is something to say, such as why this machine
does not allow the fault.
"""

import contextlib
import resource
import signal
import time
from functools import partial
from pathlib import Path

import psutil

from conversations.crash_points import CrashPoint
from tests.acceptance.stack import LEASE_SECONDS, eventually
from tests.soak.rest import ENDS
from tests.soak.stage import Act, Stage

HELD_SECONDS = 4.0
BROKER_AWAY_SECONDS = 60.0
DATABASE_AWAY_SECONDS = 30.0
_DELAY_SECONDS = 0.05
_CLOCK_JUMP_SECONDS = 7200
_CALLS = 6
_MEBIBYTE = 1024 * 1024


def kill(name: str, stage: Stage) -> None:
    """Kill a process; the supervisor starts it again."""
    stage.stack.kill(name)


def kill_worker(stage: Stage) -> None:
    """Kill a worker in the middle of its calls."""
    stage.stack.kill(stage.a_worker())


def crash_at_boundary(stage: Stage) -> str:
    """Let the next process that comes to some boundary die there."""
    point = stage.chance.choice(list(CrashPoint))
    armed = stage.stack.arm(point)
    deadline = time.monotonic() + HELD_SECONDS
    while armed.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    stage.stack.disarm()
    return point.value


def freeze_worker(stage: Stage) -> None:
    """Stop a worker for longer than its lease, and wake it up."""
    name = stage.a_worker()
    stage.stack.kill(name, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS * 2)
    stage.stack.kill(name, signal.SIGCONT)


def restart_broker(stage: Stage) -> None:
    """Kill the broker and start it again."""
    stage.servers.broker.die()
    stage.servers.broker.begin()


def broker_away(stage: Stage) -> None:
    """Leave the fleet without a broker for a minute."""
    stage.servers.broker.die()
    time.sleep(BROKER_AWAY_SECONDS)
    stage.servers.broker.begin()


def restart_database(stage: Stage) -> None:
    """Kill PostgreSQL and let it recover."""
    stage.servers.postgres.die()
    stage.servers.postgres.begin()


def database_away(stage: Stage) -> None:
    """Leave everybody without a database for half a minute."""
    stage.servers.postgres.die()
    time.sleep(DATABASE_AWAY_SECONDS)
    stage.servers.postgres.begin()


def flush_cache(stage: Stage) -> None:
    """Empty the cache server."""
    with contextlib.closing(stage.cache()) as cache:
        cache.flushall()


def full_disk(stage: Stage) -> str | None:
    """Fill the disk of the broker's file, for a while."""
    if not stage.disk_is_small:
        return "left out: this machine mounts no file system of its own"
    filler = stage.servers.disk / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * _MEBIBYTE)
    time.sleep(HELD_SECONDS)
    filler.unlink()
    return None


def clock_jump(stage: Stage) -> None:
    """Let the clocks of workers and beat jump two hours ahead of the database's, and back."""
    stage.clock.write_text(str(_CLOCK_JUMP_SECONDS))
    time.sleep(HELD_SECONDS)
    stage.clock.write_text("0")


def slow_network(stage: Stage) -> None:
    """Let every piece to and from the database and the broker take its time."""
    wires = (stage.servers.database_wire, stage.servers.broker_wire)
    for wire in wires:
        wire.delay = _DELAY_SECONDS
    time.sleep(HELD_SECONDS)
    for wire in wires:
        wire.delay = 0.0


def cut_network(stage: Stage) -> None:
    """Cut every connection to the database and the broker."""
    stage.servers.database_wire.cut()
    stage.servers.broker_wire.cut()


def memory_limit(stage: Stage) -> None:
    """Leave a worker no memory beyond what it has; one that stays lame is killed."""
    name = stage.a_worker()
    pid = stage.stack.pid_of(name)
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        had = resource.prlimit(pid, resource.RLIMIT_AS)
        room = psutil.Process(pid).memory_info().vms + _MEBIBYTE
        resource.prlimit(pid, resource.RLIMIT_AS, (room, had[1]))
        time.sleep(HELD_SECONDS)
        resource.prlimit(pid, resource.RLIMIT_AS, had)
        stage.stack.kill(name)


def poison_message(stage: Stage) -> str:
    """Send a message that kills every worker that takes it; only it may fail."""
    rest = stage.rest()
    session = rest.ask("POST", "/sessions/", {}).body["id"]
    slow = {"content": "First things first [[sim:slow(40)]]"}
    first = rest.ask("POST", f"/sessions/{session}/messages/", slow, {"Cache-Control": "no-store"}).body["id"]
    poison = rest.ask("POST", f"/sessions/{session}/messages/", {"content": "Poison"}).body["id"]
    armed = _armed_for_good(stage, poison)

    def ended() -> str | None:
        document = rest.ask("GET", f"/jobs/{poison}/?wait=5").body
        return f"{document['status']}, {document['error']['code']}" if document["status"] in ENDS else None

    try:
        end = eventually(ended, f"poison job {poison} behind {first} to end", seconds=200)
    finally:
        armed.unlink(missing_ok=True)
        rest.close()
    if end != "failed, attempts_exhausted":
        raise AssertionError(f"The poison job ended as {end}.")
    return end


def provider(kind: str, stage: Stage) -> None:
    """Have the provider fail several calls in one way."""
    stage.provider_will(kind, times=_CALLS)
    time.sleep(HELD_SECONDS)
    stage.provider_heals()


def _armed_for_good(stage: Stage, job: str) -> Path:
    folder = stage.stack.data_dir / "crash-points"
    folder.mkdir(exist_ok=True)
    armed = folder / f"{CrashPoint.AFTER_CLAIM}.{job}"
    armed.touch()
    return armed


FAULTS: dict[str, Act] = {
    "kill web": partial(kill, "web"),
    "kill worker": kill_worker,
    "kill beat": partial(kill, "beat"),
    "kill cache": partial(kill, "cache"),
    "kill provider": partial(kill, "simulator"),
    "crash at a boundary": crash_at_boundary,
    "freeze worker past its lease": freeze_worker,
    "restart broker": restart_broker,
    "restart database": restart_database,
    "flush cache": flush_cache,
    "full disk of the broker": full_disk,
    "clock jump": clock_jump,
    "slow network": slow_network,
    "cut network": cut_network,
    "memory limit": memory_limit,
    "poison message": poison_message,
    "provider 429": partial(provider, "rate_limited"),
    "provider 529": partial(provider, "overloaded"),
    "provider 529 in the stream": partial(provider, "overloaded_mid_stream"),
    "provider 500": partial(provider, "server_error"),
    "provider hangs": partial(provider, "hang"),
    "provider hangs in the stream": partial(provider, "hang_mid_stream"),
    "provider cuts the stream": partial(provider, "cut_mid_stream"),
    "provider ends the stream early": partial(provider, "clean_cut"),
    "provider truncates": partial(provider, "truncation"),
    "provider sends garbage": partial(provider, "garbage_json"),
    "provider breaks the schema": partial(provider, "schema_violation"),
    "provider refuses": partial(provider, "refusal"),
}
OUTAGES: dict[str, Act] = {
    "broker away for 60 s": broker_away,
    "database away for 30 s": database_away,
}
