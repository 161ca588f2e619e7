"""The public port: REST and admin on WSGI threads, waiting and streaming in the event loop."""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast
from uuid import UUID

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okrproject.settings")
_wsgi = get_wsgi_application()

from django.conf import settings  # noqa: E402 - Django must be set up before anything that uses it.
from django.core.exceptions import RequestDataTooBig  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402
from django.http.request import UnreadablePostError  # noqa: E402

from conversations.selectors import LiveJob, ended_among, live_jobs_in  # noqa: E402
from conversations.streaming.bodies import BodyLimits, BoundedBodies, Refusals  # noqa: E402
from conversations.streaming.ended import EndedHub  # noqa: E402
from conversations.streaming.follow import Follower  # noqa: E402
from conversations.streaming.front import Front, Lanes  # noqa: E402
from conversations.streaming.hub import EventHub  # noqa: E402
from conversations.streaming.polling import WaitingPoll  # noqa: E402
from conversations.streaming.reading import EndedJob  # noqa: E402
from conversations.streaming.rows import ended_job  # noqa: E402
from conversations.streaming.sse import EventStreams  # noqa: E402
from conversations.streaming.websocket import SessionSockets  # noqa: E402
from conversations.streaming.wire import Answer, Application  # noqa: E402
from okrproject.exception_handler import CONTENT_TYPE, Problem, problem_of  # noqa: E402

logger = logging.getLogger(__name__)

_MEBIBYTE = 1024 * 1024
_HEALTH_THREADS = 3
_BODY_SECONDS = 60
_lookups = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ended-jobs")
_rows = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ended-job")
A = TypeVar("A")
R = TypeVar("R")


async def _find_ended(job_ids: Collection[UUID]) -> frozenset[UUID]:
    return await asyncio.get_running_loop().run_in_executor(_lookups, _look_up, ended_among, job_ids)


async def _read_row(job_id: UUID) -> EndedJob | None:
    try:
        return await asyncio.get_running_loop().run_in_executor(_rows, _look_up, ended_job, job_id)
    except DatabaseError as error:
        # The insurance asks again.
        logger.warning("An ended job could not be read.", extra={"error": repr(error)})
        return None


async def _live_jobs(session_ids: Collection[UUID]) -> Mapping[UUID, Sequence[LiveJob]]:
    try:
        return await asyncio.get_running_loop().run_in_executor(_rows, _look_up, live_jobs_in, session_ids)
    except DatabaseError as error:
        logger.warning("The live jobs of sessions could not be read.", extra={"error": repr(error)})
        return {}


def _look_up(read: Callable[[A], R], asked: A) -> R:
    try:
        return read(asked)
    finally:
        connection.close()


def _refusal(problem: Problem) -> Answer:
    body = json.dumps(problem.as_json()).encode()
    headers = (
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    )
    return Answer(problem.status, headers, body)


def _refusals() -> Refusals:
    too_slow = Problem(408, "request_timeout", f"A body must be here within {_BODY_SECONDS} s.")
    return Refusals(
        too_large=_refusal(problem_of(RequestDataTooBig())),
        too_slow=_refusal(too_slow),
        broken=_refusal(problem_of(UnreadablePostError())),
    )


def _threads(number: int) -> Application:
    # A bridge of our own, with one crossing between loop and thread, was not measurably faster.
    return cast("Application", WSGIMiddleware(cast("WSGIApp", _wsgi), workers=number))


def build_application() -> Front:
    """Put the front together around the WSGI application."""
    ended = EndedHub(redis_url=settings.REDIS_URL, find_ended=_find_ended)
    # More threads than database connections would only wait for each other. When the database is
    # away they all wait, and the process must still be able to say that it lives.
    rest = _threads(max(settings.DATABASE_POOL_SIZE - 1, 1))
    lanes = Lanes(others=rest, lanes={"/health/live": _threads(1), "/health/": _threads(_HEALTH_THREADS)})
    limits = BodyLimits(
        most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        most_upload_bytes=16 * _MEBIBYTE,
        most_discarded_bytes=32 * _MEBIBYTE,
        most_seconds=_BODY_SECONDS,
    )
    bounded = BoundedBodies(lanes, limits, refusals=_refusals())
    events = EventHub(redis_url=settings.REDIS_URL)
    follower = Follower(events=events, ended=ended, read_row=_read_row)
    polls = WaitingPoll(bounded, ended)
    sockets = SessionSockets(
        polls, follower, live_jobs=_live_jobs, trusted_origins=settings.CSRF_TRUSTED_ORIGINS
    )
    http = EventStreams(polls, follower)
    return Front(http=http, websocket=sockets, watchers=[ended, events, sockets])


application = build_application()
