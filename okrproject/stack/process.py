"""One supervised process: started, listened to, started again when it dies, ended when asked."""

import asyncio
import contextlib
import functools
import logging
import os
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from okrproject.stack.claim import Roster
from okrproject.stack.launch import Launch, die_with_parent, identity
from okrproject.stack.output import Output

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 64 * 1024
_FIRST_DELAY_SECONDS = 0.2
_LONGEST_DELAY_SECONDS = 2.0
# A process that ran this long has shown that it works: its next death is a new story.
_SETTLED_SECONDS = 10.0
_TAIL_SECONDS = 1.0
# A web process that waits for something writes a line for each question.
_FIRST_PAUSE_SECONDS = 0.03
_LONGEST_PAUSE_SECONDS = 0.5


class Part(Protocol):
    """What can be supervised: a server, or a program of ours."""

    @property
    def name(self) -> str: ...
    def prepare(self) -> None: ...
    def launch(self) -> Launch: ...
    def is_ready(self) -> bool: ...


class NotReadyError(Exception):
    """A process did not become ready in time."""


class Process:
    """Keeps one part of the stack running until it is told to stop."""

    def __init__(self, part: Part, *, output: Output, roster: Roster) -> None:
        self.part = part
        self._output = output
        self._roster = roster
        self._running: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def keeping(self) -> "asyncio.Task[None]":
        """The task that keeps it running; it ends only by a stop or with an error."""
        assert self._keeper is not None
        return self._keeper

    @property
    def pid(self) -> int:
        """The number of the process that runs; it has been started."""
        assert self._running is not None
        return self._running.pid

    def grace(self, usual: float) -> float:
        """Say how long the stack's end waits for it."""
        patience = self.part.launch().patience
        return usual if patience is None else min(usual, patience)

    def start(self) -> None:
        """Begin to keep it running."""
        self._keeper = asyncio.create_task(self._keep(), name=self.part.name)

    async def run_once(self) -> int:
        """Run it to its end and give its exit code."""
        return await self._run()

    async def ready(self, *, within: float) -> None:
        """Wait until it is ready; raise with its log's name when that takes too long."""
        deadline = time.monotonic() + within
        pause = _FIRST_PAUSE_SECONDS
        while not await asyncio.to_thread(self.part.is_ready):
            if self._keeper is not None and self._keeper.done():
                self._keeper.result()
            if time.monotonic() > deadline:
                log = self._output.path(self.part.name)
                raise NotReadyError(f"{self.part.name} was not ready after {within:.0f} s; its log is {log}.")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    async def stop(self, *, grace: float, hasten: asyncio.Event) -> None:
        """Ask it to end, and kill it when the grace is over or somebody is in a hurry."""
        self._stopping.set()
        process = self._running
        if process is not None and process.returncode is None:
            self._signal(process, self.part.launch().stop)
            await _first_of(process.wait(), hasten.wait(), within=grace)
            if process.returncode is None:
                logger.warning("A process did not end in time; it is killed.", extra={"part": self.part.name})
                _kill_group(process.pid)
        if self._keeper is not None:
            await self._keeper

    def kill(self) -> None:
        """Kill it and everything it started."""
        self._stopping.set()
        if self._running is not None:
            _kill_group(self._running.pid)

    async def _keep(self) -> None:
        delay = _FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > _SETTLED_SECONDS:
                delay = _FIRST_DELAY_SECONDS
            logger.warning(
                "A process ended; it is started again.",
                extra={"part": self.part.name, "ended": describe(code), "after_seconds": delay},
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._stopping.wait()
            delay = min(delay * 2, _LONGEST_DELAY_SECONDS)

    async def _run(self) -> int:
        await asyncio.to_thread(self.part.prepare)
        if self._stopping.is_set():
            return 0
        process = self._running = await _spawn(self.part.launch())
        self._roster.add(self.part.name, process.pid)
        listening = asyncio.create_task(self._listen(process))
        try:
            code = await process.wait()
        finally:
            # What it started goes with it, or a successor would find its port taken.
            _kill_group(process.pid)
            self._roster.remove(self.part.name, process.pid)
            await asyncio.wait({listening}, timeout=_TAIL_SECONDS)
            listening.cancel()
        return code

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        rest = b""
        while chunk := await process.stdout.read(_CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._output.line(self.part.name, line)
            if len(rest) > _CHUNK_BYTES:
                self._output.line(self.part.name, rest)
                rest = b""
        if rest:
            self._output.line(self.part.name, rest)

    @staticmethod
    def _signal(process: asyncio.subprocess.Process, signum: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signum)


def describe(code: int) -> str:
    """Say how a process ended."""
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with code {code}"


async def _spawn(launch: Launch) -> asyncio.subprocess.Process:
    binding: Callable[[], None] = functools.partial(die_with_parent, launch.orphaned, os.getpid())
    return await asyncio.create_subprocess_exec(
        *launch.argv,
        env=dict(launch.env),
        cwd=launch.cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops all in order.
        start_new_session=True,
        preexec_fn=binding,
        pass_fds=launch.sockets,
        **identity(launch.account),
    )


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


async def _first_of(*waits: Coroutine[Any, Any, object], within: float) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
