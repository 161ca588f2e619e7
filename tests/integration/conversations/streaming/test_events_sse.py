"""A job's events over server-sent events, from the worker's word to the client's screen."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import pytest
from redis import Redis

from conversations.errors import OverloadedError, RefusedError
from conversations.events.log import KEPT, key_of
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job
from conversations.reaper import reap
from conversations.services import Submission, cancel_job, delete_session, retry_job, submit_message
from conversations.streaming.ended import EndedHub
from conversations.streaming.front import Front
from conversations.streaming.hub import EventHub
from conversations.values import DoubleText, JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user, an_api_key
from tests.streams import ENDS, elsewhere, streaming

pytestmark = pytest.mark.django_db(transaction=True)
Served = Callable[[], AbstractAsyncContextManager[Front]]
Work = Callable[[Any], Coroutine[None, None, None]]


@pytest.fixture
def user() -> User:
    return a_user()


@pytest.fixture
def key(user: User) -> str:
    return an_api_key(user)


@pytest.fixture
def job(user: User) -> Job:
    return a_job(a_session(user))


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))


def ended(names: list[str]) -> list[str]:
    return [name for name in names if name in ENDS]


def test_a_client_watches_from_the_queue_to_the_reply(
    job: Job, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_say("What would ", "change", "?")

    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key) as stream:
            await stream.until(lambda: stream.names() == ["queued"])
            await work(job.pk)
            await stream.until(lambda: stream.is_over)

        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-store", "no")
        assert "x-okr-job-open" not in stream.headers
        names = stream.names()
        assert (names[:2], names[-1], set(names[2:-1])) == (["queued", "started"], "succeeded", {"token"})
        assert stream.said() == "What would change?"
        end = stream.events[-1].data["job"]
        assert (end["status"], end["reply"]["content"]) == ("succeeded", "What would change?")
        assert "step_9_save_reply" in [one.data["name"] for one in stream.events if one.name == "step"]
        ids = [tuple(map(int, one.id.split("-"))) for one in stream.events]
        assert ids == sorted(set(ids))
        assert ids[-1] < (1, 100)

    run(scenario)


def test_a_client_that_comes_late_or_again_reads_the_same(
    job: Job, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_say("One ", "two ", "three.")

    async def scenario() -> None:
        await work(job.pk)
        async with served() as front:
            async with streaming(front, job.pk, key) as whole:
                await whole.until(lambda: whole.is_over)
            for place, seen in enumerate(whole.events[:-1], start=1):
                async with streaming(front, job.pk, key, after=seen.id) as rest:
                    await rest.until(lambda rest=rest: rest.is_over)  # type: ignore[misc]  # bound now
                assert rest.events == whole.events[place:]
            async with streaming(front, job.pk, key, after="0-1", last_event_id=whole.events[-2].id) as last:
                await last.until(lambda: last.is_over)
            assert last.events == whole.events[-1:]

    run(scenario)


@pytest.mark.parametrize("after", ["", "1-3"])
def test_without_its_log_a_job_is_told_from_its_row(
    job: Job, key: str, served: Served, work: Work, claude: ScriptedClaude, broker: Redis, after: str
) -> None:
    claude.will_say("The whole reply.")

    async def scenario() -> None:
        await work(job.pk)
        await asyncio.to_thread(broker.delete, key_of(job.pk))
        async with served() as front, streaming(front, job.pk, key, after=after) as stream:
            await stream.until(lambda: stream.is_over)
        assert stream.names() == (["reset"] if after else ["queued"]) + ["token", "succeeded"]
        assert stream.said() == "The whole reply."

    run(scenario)


def test_the_log_goes_an_hour_after_the_end(
    job: Job, work: Work, claude: ScriptedClaude, broker: Redis
) -> None:
    claude.will_say("Yes.")

    asyncio.run(work(job.pk))

    assert 0 < broker.ttl(key_of(job.pk)) <= KEPT.total_seconds()


def test_a_new_attempt_begins_with_a_reset(
    job: Job, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_say("Half an ", OverloadedError())
    claude.will_say("A whole answer.")

    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key) as stream:
            await work(job.pk)
            await stream.until(lambda: "Half" in stream.text)
            await elsewhere(Job.objects.filter(pk=job.pk).update, available_at=job.created_at)
            await work(job.pk)
            await stream.until(lambda: stream.is_over)
        names = stream.names()
        assert names[:5] == ["queued", "started", "token", "reset", "started"]
        assert [one.id for one in stream.events if one.name == "reset"] == ["2-0"]
        assert (stream.said(), ended(names)) == ("A whole answer.", ["succeeded"])

    run(scenario)


def test_a_job_that_fails_says_so(
    job: Job, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_fail(RefusedError())

    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key) as stream:
            await work(job.pk)
            await stream.until(lambda: stream.is_over)
        assert ended(stream.names()) == ["failed"]
        assert stream.events[-1].data["job"]["error"]["code"] == "refused"

    run(scenario)


def test_a_stop_in_mid_sentence_ends_the_stream_with_what_was_said(
    job: Job, user: User, key: str, served: Served, speaking: Any, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_say("Half a ", threading.Event(), "sentence")

    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key) as stream:
            working = asyncio.create_task(work(job.pk))
            await stream.until(lambda: "Half" in stream.text)
            await elsewhere(cancel_job, job.pk, user=user)
            await elsewhere(speaking.leases.tick)
            await stream.until(lambda: stream.is_over)
            await working
        assert (ended(stream.names()), stream.said()) == (["cancelled"], "Half a ")

    run(scenario)


def cancelled_while_queued(job: Job, user: User) -> JobStatus:
    cancel_job(job.pk, user=user)
    return JobStatus.CANCELLED


def session_deleted(job: Job, user: User) -> JobStatus:
    delete_session(job.session)
    return JobStatus.CANCELLED


def expired(job: Job, user: User) -> JobStatus:
    Job.objects.filter(pk=job.pk).update(expires_at=job.created_at)
    reap()
    return JobStatus.FAILED


def superseded(job: Job, user: User) -> JobStatus:
    job.session.double_text = DoubleText.SUPERSEDE
    job.session.save(update_fields=["double_text"])
    submit_message(Submission(user=user, session_id=job.session_id, content="No, this."))
    return JobStatus.SUPERSEDED


def erased(job: Job, user: User) -> JobStatus:
    job.delete()
    return JobStatus.CANCELLED


@pytest.mark.parametrize("end", [cancelled_while_queued, session_deleted, expired, superseded, erased])
def test_whoever_ends_a_job_its_watchers_hear_one_end(
    job: Job, user: User, key: str, served: Served, end: Callable[[Job, User], JobStatus]
) -> None:
    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key) as stream:
            await stream.until(lambda: stream.names() == ["queued"])
            status = await elsewhere(end, job, user)
            await stream.until(lambda: stream.is_over)
        assert stream.names() == ["queued", status]

    run(scenario)


def test_a_retried_job_is_told_anew_to_whoever_saw_it_fail(
    job: Job, user: User, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_fail(RefusedError())
    claude.will_say("Now.")

    async def scenario() -> None:
        async with served() as front:
            async with streaming(front, job.pk, key) as first:
                await work(job.pk)
                await first.until(lambda: first.is_over)
            await elsewhere(retry_job, job.pk, user=user)
            async with streaming(front, job.pk, key, after=first.events[-1].id) as second:
                await work(job.pk)
                await second.until(lambda: second.is_over)
        assert second.names() == ["reset", "started", "token", "succeeded"]
        assert second.events[0].id == "2-0"

    run(scenario)


@pytest.mark.parametrize(
    ("headers", "after", "status", "code"),
    [
        ({}, "soon", 400, "invalid"),
        ({"last_event_id": "1-"}, "", 400, "invalid"),
        ({"authorization": "Bearer wrong"}, "", 401, "api_key_invalid"),
    ],
)
def test_a_wrong_request_is_a_problem(
    job: Job, key: str, served: Served, headers: dict[str, str], after: str, status: int, code: str
) -> None:
    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, key, after=after, **headers) as stream:
            await stream.until(lambda: stream.is_over)
        assert (stream.status, stream.headers["content-type"]) == (status, "application/problem+json")
        assert f'"code":"{code}"' in stream.text.replace(" ", "")

    run(scenario)


def test_somebody_elses_job_is_not_there(job: Job, served: Served) -> None:
    stranger = an_api_key(a_user())

    async def scenario() -> None:
        async with served() as front, streaming(front, job.pk, stranger) as stream:
            await stream.until(lambda: stream.is_over)
        assert stream.status == 404

    run(scenario)


def test_clients_that_leave_leave_nothing_behind(job: Job, key: str, served: Served) -> None:
    async def scenario() -> None:
        async with served() as front:
            for _ in range(3):
                async with streaming(front, job.pk, key) as one, streaming(front, job.pk, key) as two:
                    await one.until(lambda one=one: one.names() == ["queued"])  # type: ignore[misc]  # bound now
                    await two.until(lambda two=two: two.names() == ["queued"])  # type: ignore[misc]  # bound now
            ended_hub, hub, _ = cast("tuple[EndedHub, EventHub, object]", front._watchers)
            assert (hub.watcher_count, ended_hub.awaited) == (0, frozenset())

    run(scenario)
