"""Follow one job from wherever a client left off to its end."""

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from conversations.events.values import EventId, Queued, Told
from conversations.streaming.ended import EndedHub
from conversations.streaming.hub import EventHub, Watcher
from conversations.streaming.reading import EndedJob, Reading

KEEP_ALIVE_SECONDS = 10.0
ReadRow = Callable[[UUID], Awaitable[EndedJob | None]]


class TooSlowError(Exception):
    """The client does not read as fast as the job speaks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants to follow, and what is known already.

    `is_begun` says that somebody else tells it that the job was queued.
    """

    job_id: UUID
    after: EventId | None = None
    queued: Queued = field(default_factory=Queued)
    is_over: bool = False
    is_begun: bool = False


class Follower:
    """Follows jobs with the log for speed and the row for truth."""

    def __init__(self, *, events: EventHub, ended: EndedHub, read_row: ReadRow) -> None:
        self._events = events
        self._ended = ended
        self._read_row = read_row

    async def follow(self, asked: Asked) -> AsyncGenerator[list[Told], None]:
        """Give what happens, in lists as it comes; an empty list is a sign of life.

        Ends after the job's end, or early when the server stops; raises TooSlowError.
        """
        reading = Reading(asked.after)
        with contextlib.ExitStack() as watching:
            watcher = watching.enter_context(self._events.watch(asked.job_id))
            watching.enter_context(self._ended.call(asked.job_id, watcher.look_at_row))
            told = reading.begin(asked.queued)
            if told and not asked.is_begun:
                yield told
            if asked.is_over:
                watcher.look_at_row()
            replayed = False
            while True:
                if not await watcher.wait(KEEP_ALIVE_SECONDS):
                    yield []
                    continue
                if watcher.overflowed:
                    raise TooSlowError
                if watcher.released:
                    return
                told, replayed = await self._caught_up(watcher, reading, replayed=replayed)
                ended = await self._ended_job(watcher, reading)
                if ended is not None:
                    yield told + reading.close(ended)
                    return
                if told:
                    yield told

    async def _caught_up(
        self, watcher: Watcher, reading: Reading, *, replayed: bool
    ) -> tuple[list[Told], bool]:
        """Tell what has come; the log is read first when anything may be missing."""
        told: list[Told] = []
        live = watcher.taken()
        if replayed and not watcher.stale and not watcher.over:
            told += reading.take(live)
            if not reading.behind:
                return told, replayed
        elif not replayed and not watcher.stale and not watcher.over:
            return told, replayed
        watcher.stale = False
        logged = await self._events.history(watcher.job_id, reading.last if replayed else None)
        if logged is not None:
            told += reading.take(logged) if replayed else reading.replay(logged)
            replayed = True
        # What came while the log was read is in it, or follows it.
        return told + reading.take(live + watcher.taken()), replayed

    async def _ended_job(self, watcher: Watcher, reading: Reading) -> EndedJob | None:
        if not watcher.over and not reading.is_closing:
            return None
        watcher.over = False
        return await self._read_row(watcher.job_id)
