"""Start a stack in order of readiness, keep it running, and end it in the opposite order."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from okrproject.stack.claim import Roster, claim, write_addresses
from okrproject.stack.listening import BACKLOG, bound
from okrproject.stack.options import Options
from okrproject.stack.output import Output
from okrproject.stack.plan import METRICS_FOLDER, Plan, Program, make_plan
from okrproject.stack.process import NotReadyError, Part, Process, describe
from okrproject.stack.renewal import Renewal, note_renewal

logger = logging.getLogger(__name__)

GRACE_SECONDS = 20.0
_STARTUP_SECONDS = 180.0
_SERVER_GRACE_SECONDS = 15.0
# What is at work when its successor takes over may finish: no request waits and no job works longer.
_RENEWAL_GRACE_SECONDS = settings.JOB_DEADLINE.total_seconds() + 15


class StartError(Exception):
    """The stack could not be started."""


def supervise(options: Options, output: Output) -> None:
    """Run a stack until SIGTERM or SIGINT; raise if it cannot start or cannot go on."""
    with claim(options.data_dir):
        asyncio.run(_Supervisor(options, output).run())


class _Supervisor:
    """One stack's life."""

    def __init__(self, options: Options, output: Output) -> None:
        self._options = options
        self._output = output
        self._roster = Roster(options.data_dir)
        self._stop = asyncio.Event()
        self._hasten = asyncio.Event()
        self._servers: list[Process] = []
        self._outside: list[Process] = []
        self._ours: list[Process] = []
        self._leaving: list[Process] = []
        self._renew_asked = asyncio.Event()
        self._listener = bound(options.host, options.port)
        self._plan: Plan | None = None
        self._renewals = 0

    async def run(self) -> None:
        """Start, wait for a reason to stop, and stop."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._on_signal)
        # In a terminal, SIGHUP says that the terminal is gone; to a service it says: take up the new.
        at_terminal = os.isatty(0)
        loop.add_signal_handler(signal.SIGHUP, self._on_signal if at_terminal else self._renew_asked.set)
        loop.add_signal_handler(signal.SIGUSR1, self._renew_asked.set)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await self._watch(stopping)
        finally:
            starting.cancel()
            stopping.cancel()
            await self._drain()

    def _on_signal(self) -> None:
        if self._stop.is_set():
            logger.warning("A second signal came; what still runs is killed.")
            self._hasten.set()
        else:
            logger.info("A signal came; the stack drains.", extra={"grace_seconds": GRACE_SECONDS})
            self._stop.set()

    async def _start(self) -> None:
        await asyncio.to_thread(self._roster.end_leftovers)
        number = self._listener.fileno()
        plan = self._plan = await asyncio.to_thread(make_plan, self._options, listening=number)
        # Collected files may lie there; the web process complains about a folder that is missing.
        (self._options.data_dir / "static").mkdir(exist_ok=True)
        _empty(self._options.data_dir / METRICS_FOLDER)
        write_addresses(self._options.data_dir, plan.addresses)
        if plan.simulator is not None:
            logger.warning("No ANTHROPIC_API_KEY is set: a local simulator answers instead of Claude.")
            self._begin(self._outside, plan.simulator)
        for part in plan.servers:
            self._begin(self._servers, part)
        await _all_ready(self._servers)
        await self._prepare(plan)
        self._listener.listen(BACKLOG)
        for part in (plan.web, *plan.workers):
            self._begin(self._ours, part)
        await _all_ready([*self._outside, *self._ours])
        # Nothing waits for the first sweep, so beat does not compete for the processor before.
        self._begin(self._ours, plan.beat)
        self._output.announce(f"ready {self._options.base_url}")

    def _begin(self, group: list[Process], part: Part) -> None:
        process = Process(part, output=self._output, roster=self._roster)
        group.append(process)
        process.start()

    async def _prepare(self, plan: Plan) -> None:
        preparation = Process(plan.preparation, output=self._output, roster=self._roster)
        self._ours.append(preparation)
        code = await preparation.run_once()
        if code:
            log = self._output.path(preparation.part.name)
            raise StartError(f"The database could not be prepared ({describe(code)}); see {log}.")
        self._ours.remove(preparation)

    async def _watch(self, stopping: asyncio.Task[bool]) -> None:
        """Wait for a signal, or for a part that cannot be started again; renew what is asked to be."""
        while not stopping.done():
            asked = asyncio.create_task(self._renew_asked.wait())
            keepers = [process.keeping for process in (*self._servers, *self._outside, *self._ours)]
            done, _ = await asyncio.wait({stopping, asked, *keepers}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            for task in done:
                task.result()
            if asked in done:
                self._renew_asked.clear()
                await self._renew_unless(stopping)

    async def _renew_unless(self, stopping: asyncio.Task[bool]) -> None:
        """Renew, and note how it ended; a signal to stop ends it."""
        renewing = asyncio.create_task(self._renew())
        began = time.monotonic()
        await asyncio.wait({renewing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not renewing.done():
            renewing.cancel()
            return
        problem = ""
        try:
            renewing.result()
        except (NotReadyError, StartError) as error:
            problem = str(error)
            logger.error("The stack could not be renewed; what was not replaced goes on.", exc_info=error)
        self._renewals += 1
        ended = Renewal(self._renewals, problem, round(time.monotonic() - began, 1))
        note_renewal(self._options.data_dir, ended)

    async def _renew(self) -> None:
        """Migrate, then replace our processes one by one: the successor is ready before the old one ends."""
        assert self._plan is not None
        logger.info("The stack renews its processes.")
        await self._prepare(self._plan)
        for part in (self._plan.web, *self._plan.workers):
            await self._replace(part)
        await self._replace(self._plan.beat, overlap=False)
        logger.info("The stack has renewed its processes.")

    async def _replace(self, part: Program, *, overlap: bool = True) -> None:
        old = next(process for process in self._ours if process.part.name == part.name)
        if not overlap:
            # Two of this kind would do the same work twice.
            self._ours.remove(old)
            await old.stop(grace=GRACE_SECONDS, hasten=self._hasten)
            self._begin(self._ours, part)
            return
        sign = self._options.data_dir / f"ready-{part.name}"
        sign.unlink(missing_ok=True)
        new = Process(part.successor(sign), output=self._output, roster=self._roster)
        self._leaving.append(new)
        new.start()
        try:
            await new.ready(within=_STARTUP_SECONDS)
        except NotReadyError:
            new.kill()
            self._leaving.clear()
            self._roster.add(part.name, old.pid)
            raise
        self._ours[self._ours.index(old)] = new
        self._leaving[:] = [old]
        await old.stop(grace=_RENEWAL_GRACE_SECONDS, hasten=self._hasten)
        self._leaving.clear()

    async def _drain(self) -> None:
        """Stop taking work, finish it, then stop what it needed."""
        await self._end([*self._leaving, *self._ours], GRACE_SECONDS, self._hasten)
        await self._end(self._outside, GRACE_SECONDS, self._hasten)
        # However great the hurry: a server that is killed has to recover at the next start.
        await self._end(self._servers, _SERVER_GRACE_SECONDS, asyncio.Event())
        self._listener.close()
        logger.info("The stack has stopped.")

    async def _end(self, group: Iterable[Process], grace: float, hasten: asyncio.Event) -> None:
        await asyncio.gather(*(process.stop(grace=process.grace(grace), hasten=hasten) for process in group))


async def _all_ready(processes: Iterable[Process]) -> None:
    """Wait for all of them; the first failure counts."""
    await asyncio.gather(*(process.ready(within=_STARTUP_SECONDS) for process in processes))


def _empty(folder: Path) -> None:
    """Make a folder, or forget what the processes of an earlier life counted in it."""
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
