"""Lua scripts on a Redis that may be late or lost: that costs speed or protection, and little of it."""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# A miss costs a model call of seconds, so a server that is alive may be late: with 20 ms, eight of two
# hundred identical requests on a busy machine asked the model themselves (docs/decisions).
PATIENCE_SECONDS: Final = 0.3
BUDGET_SECONDS: Final = 0.004
_FALSE_ALARM_SECONDS: Final = 0.5
_PROBE_SECONDS: Final = 0.25
_MOST_CONNECTIONS: Final = 2000

Argument = str | bytes | int | float
# What a script answers is as untyped as the wire; each caller reads its own script's form.
Reply = Any


class ServerUnavailableError(Exception):
    """The server did not answer in time, or is being left alone until it does."""


@dataclass(frozen=True, slots=True)
class Script:
    """A program for the server, and the name by which the server knows it."""

    source: str
    digest: str


def scripts_in(folder: Path) -> Mapping[str, Script]:
    """Read every script of a folder, by its file's name."""
    return {path.stem: _script(path.read_text("utf-8")) for path in folder.glob("*.lua")}


def _script(source: str) -> Script:
    digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
    return Script(source, digest)


class ScriptServer:
    """Runs scripts on one server; threads share it.

    After one failure nobody waits for the server again until a thread of its own has heard from it: an
    outage costs the requests that were waiting when it began their patience, and all others nothing.
    """

    def __init__(
        self, url: str, scripts: Mapping[str, Script], *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.redis = Redis(
            connection_pool=ConnectionPool.from_url(
                url,
                socket_timeout=patience,
                socket_connect_timeout=patience,
                retry=Retry(NoBackoff(), 0),
                max_connections=_MOST_CONNECTIONS,
                protocol=2,
                driver_info=None,
            )
        )
        self._scripts = scripts
        self._lock = threading.Lock()
        self._up = threading.Event()
        self._up.set()
        self._late_at = float("-inf")
        self._closing = threading.Event()
        self.failures = 0

    def run(self, script: str, arguments: Sequence[Argument]) -> Reply:
        """Run one of the scripts; raises ServerUnavailableError."""
        if not self._up.is_set() and not self._is_back():
            raise ServerUnavailableError("The server is being left alone.")
        try:
            return self._run(script, arguments)
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            raise ServerUnavailableError(repr(error)) from error

    def close(self) -> None:
        """Let go of the connections, and stop asking for the server."""
        self._closing.set()
        self.redis.close()

    def _run(self, script: str, arguments: Sequence[Argument]) -> Reply:
        try:
            return self.redis.evalsha(self._scripts[script].digest, 0, *arguments)
        except NoScriptError:
            # A restarted server knows no script; this one run teaches it.
            return self.redis.eval(self._scripts[script].source, 0, *arguments)

    def _is_back(self) -> bool:
        # A false alarm is over within milliseconds, and going on without it would cost a model call. A
        # server that refuses connections is no false alarm.
        recently = time.monotonic() - self._late_at < _FALSE_ALARM_SECONDS
        return recently and self._up.wait(BUDGET_SECONDS)

    def _leave_alone(self, error: Exception) -> None:
        with self._lock:
            self.failures += 1
            if not self._up.is_set() or self._closing.is_set():
                return
            if isinstance(error, RedisTimeoutError):
                self._late_at = time.monotonic()
            self._up.clear()
        logger.warning("A server of scripts did not answer.", extra={"error": repr(error)})
        threading.Thread(target=self._wait_for_it, name="script-server-probe", daemon=True).start()

    def _wait_for_it(self) -> None:
        while not self._answers() and not self._closing.wait(_PROBE_SECONDS):
            pass
        self._up.set()

    def _answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except (RedisError, OSError):
            return False
