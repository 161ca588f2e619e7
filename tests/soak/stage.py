"""What the faults act upon: a whole stack, its servers, its provider and the people who talk to it."""

import json
import random
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis

from tests.acceptance.stack import RunningStack
from tests.soak.load import Load
from tests.soak.rest import Rest
from tests.soak.servers import Servers

_OPEN = "SELECT id FROM conversations_job WHERE status IN ('queued', 'running')"
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that can be broken, and a way to look at the truth behind it."""

    stack: RunningStack
    servers: Servers
    load: Load
    chance: random.Random
    clock: Path
    disk_is_small: bool

    def a_worker(self) -> str:
        """Name one of the workers."""
        return self.chance.choice(("worker-1", "worker-2"))

    def rest(self) -> Rest:
        """Give one more person's way to the server."""
        return Rest(self.stack.base_url, self.stack.key, self.load.ledger)

    def cache(self) -> Redis:
        """Connect to the cache server."""
        return Redis.from_url(self.stack.setting("CACHE_REDIS_URL"), socket_timeout=5)

    def provider_will(self, kind: str, *, times: int) -> None:
        """Have the simulator fail the next calls."""
        self._tell_provider("faults", {"kind": kind, "times": times})

    def provider_heals(self) -> None:
        """Have the simulator forget the calls it was still to fail."""
        self._tell_provider("reset", {})

    def _tell_provider(self, what: str, body: object) -> None:
        request = urllib.request.Request(
            f"{self.stack.setting('ANTHROPIC_BASE_URL')}/_simulator/{what}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=10).close()

    def open_jobs(self) -> set[str]:
        """Give the ids of all jobs that have not ended."""
        with psycopg.connect(self.servers.database_url) as connection:
            return {str(row[0]) for row in connection.execute(_OPEN)}

    def wait_until_ended(self, jobs: set[str], *, at_most: float) -> float | None:
        """Wait until none of these is open; give the seconds it took, None when it took too long."""
        began = time.monotonic()
        while jobs & self.open_jobs():
            if time.monotonic() - began > at_most:
                return None
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - began


Act = Callable[[Stage], str | None]
