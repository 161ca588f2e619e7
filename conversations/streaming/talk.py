"""One accepted WebSocket: what the client says is asked of the application, what happens is told."""

import asyncio
import contextlib
import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

import orjson

from conversations.events.frames import object_of
from conversations.events.values import EventId, Queued
from conversations.selectors import LiveJob
from conversations.streaming.ending import end
from conversations.streaming.follow import Asked, Follower, TooSlowError
from conversations.streaming.inner import Inner
from conversations.streaming.wire import Receive, Send

MOST_BYTES: Final = 64 * 1024
MOST_FOLLOWED: Final = 32
_SEND_SECONDS = 30.0
_OK, _ACCEPTED = 200, 202
# The application checks them, as it checks those of a POST.
_MESSAGE_FIELDS: Final = ("content", "priority", "expires_at")
Document = dict[str, Any]


class CloseCode(IntEnum):
    """Why the server closes a connection."""

    TOO_BIG = 1009
    RESTARTING = 1012
    TRY_LATER = 1013
    NOT_AUTHENTICATED = 4401
    WRONG_ORIGIN = 4403
    NOT_FOUND = 4404
    TOO_SLOW = 4408


class _RefusedError(Exception):
    """What the client sent is answered with an error event."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.document = {"type": "error", "code": code, "detail": detail}


@dataclass(frozen=True, slots=True)
class _Heard:
    """How far a job was told, and when that ended (`time.monotonic()`)."""

    last: EventId | None
    at: float


class Talk:
    """One accepted connection."""

    def __init__(self, session_id: UUID, inner: Inner, follower: Follower, send: Send) -> None:
        self.session_id = session_id
        self._inner = inner
        self._follower = follower
        self._send = send
        self._sending = asyncio.Lock()
        self._followed: dict[UUID, asyncio.Task[None]] = {}
        self._heard: dict[UUID, _Heard] = {}
        self._began = time.monotonic()
        self._is_asking = False
        self._is_over = False

    async def __aenter__(self) -> "Talk":
        return self

    async def __aexit__(self, *_: object) -> None:
        await end(tuple(self._followed.values()))

    async def listen(self, receive: Receive) -> None:
        """Do what the client says until it leaves."""
        while not self._is_over:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self._is_over = True
                return
            text = message.get("text")
            raw = text.encode() if text is not None else message.get("bytes") or b""
            if len(raw) > MOST_BYTES:
                await self.hang_up(CloseCode.TOO_BIG)
                return
            self._is_asking = True
            try:
                await self._obey(_document(raw))
            except _RefusedError as refused:
                await self._say(orjson.dumps(refused.document))
            finally:
                self._is_asking = False

    def follow(self, asked: Asked) -> None:
        """Tell what happens to a job, until it ends."""
        if asked.job_id in self._followed:
            return
        task = asyncio.create_task(self._tell(asked))
        self._followed[asked.job_id] = task
        task.add_done_callback(lambda _: self._followed.pop(asked.job_id, None))

    def follow_live(self, jobs: Collection[LiveJob], *, seen_at: float) -> None:
        """Follow those of the session's jobs that are news, whoever sent them.

        A message that is being sent is left alone: its acceptance is told first.
        """
        for job in () if self._is_asking else jobs:
            if self._is_news(job, seen_at):
                heard = self._heard.get(job.id)
                self.follow(
                    Asked(job.id, after=heard.last if heard else None, is_over=job.ended_ago is not None)
                )

    def _is_news(self, job: LiveJob, seen_at: float) -> bool:
        heard = self._heard.get(job.id)
        if heard is None:
            # What had ended before the client connected is in the conversation that it has read.
            return job.ended_ago is None or seen_at - job.ended_ago > self._began
        if job.ended_ago is None:
            # Told to its end here and open again: it was retried, unless it was seen before that end.
            return heard.at < seen_at
        return heard.last is None or job.epoch > heard.last.attempt

    async def hang_up(self, code: CloseCode) -> None:
        """Close the connection."""
        if not self._is_over:
            self._is_over = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._send({"type": "websocket.close", "code": code, "reason": ""})

    async def _obey(self, said: Document) -> None:
        match said.get("type"):
            case "message":
                await self._submit(said)
            case "cancel":
                await self._cancel(said)
            case _:
                raise _RefusedError("invalid", "`type` must be `message` or `cancel`.")

    async def _submit(self, said: Document) -> None:
        if len(self._followed) >= MOST_FOLLOWED:
            raise _RefusedError("too_many_jobs", f"Not more than {MOST_FOLLOWED} jobs at a time.")
        body = {name: said[name] for name in _MESSAGE_FIELDS if name in said}
        key = said.get("idempotency_key")
        headers = () if key is None else ((b"idempotency-key", str(key).encode("latin-1", "replace")),)
        answer = await self._inner.post(f"/api/v1/sessions/{self.session_id}/messages/", body, headers)
        document = _document(answer.body)
        if answer.status != _ACCEPTED:
            await self._say(orjson.dumps({"type": "error", **_without_type(document)}))
            return
        await self._say(orjson.dumps({"type": "accepted", "job_id": document["id"], "job": document}))
        self.follow(Asked(UUID(document["id"]), queued=Queued(**(document.get("queue") or {}))))

    async def _cancel(self, said: Document) -> None:
        try:
            job_id = UUID(str(said.get("job")))
        except ValueError:
            raise _RefusedError("invalid", "`job` must be the id of a job.") from None
        answer = await self._inner.post(f"/api/v1/jobs/{job_id}/cancel/", {})
        if answer.status != _OK:
            problem = _without_type(_document(answer.body))
            await self._say(orjson.dumps({"type": "error", "job_id": job_id, **problem}))

    async def _tell(self, asked: Asked) -> None:
        last = asked.after
        try:
            async with contextlib.aclosing(self._follower.follow(asked)) as happenings:
                async for told in happenings:
                    for one in told:
                        await self._say(object_of(one, asked.job_id))
                        last = one.id
        except (TooSlowError, TimeoutError):
            await self.hang_up(CloseCode.TOO_SLOW)
        finally:
            self._heard[asked.job_id] = _Heard(last, time.monotonic())

    async def _say(self, document: bytes) -> None:
        async with asyncio.timeout(_SEND_SECONDS), self._sending:
            if not self._is_over:
                await self._send({"type": "websocket.send", "text": document.decode()})


def _document(raw: bytes) -> Document:
    try:
        document = orjson.loads(raw)
    except ValueError:
        raise _RefusedError("parse_error", "A message must be a JSON object.") from None
    if not isinstance(document, dict):
        raise _RefusedError("parse_error", "A message must be a JSON object.")
    return document


def _without_type(problem: Document) -> Document:
    return {name: value for name, value in problem.items() if name not in {"type", "title"}}
