"""A conversation held twice, in two sessions: the second time nothing is asked of the model."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from conversations.cache.rules import RULES
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job, Session
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services import create_session
from conversations.values import Intent, JobStatus, Phase
from knowledge.models import Objective, User
from knowledge.suggestions import suggest
from tests.builders import a_job, a_message, a_user
from tests.integration.conversations.cache.conftest import a_cache

pytestmark = pytest.mark.django_db
OBJECTIVE = "Make customers stay because every question is answered within the hour"
KEY_RESULTS = (
    "Raise weekly retention of new customers from 40% to 60%",
    "Cut the median time to a first answer from 9 hours to 1 hour",
    "Raise the support satisfaction score from 3.4 to 4.5",
)
SAID = (
    "We lose customers after the first month.",
    "They leave because our answers come too late.",
    "I want them to stay because they get help at once.",
    "We measure retention and the time to a first answer.",
    "Yes, that is exactly it.",
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, cache_server: Redis) -> Iterator[None]:
    """No broker."""
    monkeypatch.setattr(run, "send_job", lambda *_, **__: True)
    monkeypatch.setattr(run, "send_next", lambda *_: None)
    RULES.forget()
    yield
    RULES.forget()


@pytest.fixture
def cached(ports: Ports) -> Ports:
    """Ports with a real cache and the real library."""
    return replace(ports, answers=a_cache(policy_for=RULES.policy_for), suggest=suggest)


def _hold(user: User, ports: Ports, said: tuple[str, ...] = SAID, control: str = "") -> list[Job]:
    session = create_session(user=user, context={"industry": "software"})
    return [_say(session, one, ports, control) for one in said]


def _say(session: Session, text: str, ports: Ports, control: str) -> Job:
    session.refresh_from_db()
    job = a_job(message=a_message(session, content=text), cache_control=control)
    run_job(job.pk, ports)
    job.refresh_from_db()
    return job


def _replies(jobs: list[Job]) -> list[str]:
    return [job.reply.content if job.reply else "" for job in jobs]


def _script(claude: ScriptedClaude) -> None:
    claude.will_say("What changes for them?", intent=Intent.INFORMS)
    claude.will_say("And then?", objective=OBJECTIVE, intent=Intent.INFORMS)
    claude.will_say("I like it. How would you see it?", objective=OBJECTIVE, intent=Intent.APPROVES)
    claude.will_say("Shall we?", objective=OBJECTIVE, key_results=KEY_RESULTS, intent=Intent.APPROVES)
    claude.will_say("Done.", objective=OBJECTIVE, key_results=KEY_RESULTS, intent=Intent.APPROVES)


def test_the_second_time_every_message_is_a_hit(cached: Ports, claude: ScriptedClaude) -> None:
    user = a_user()
    _script(claude)
    first = _hold(user, cached)

    second = _hold(user, cached)

    assert [job.cache["status"] for job in first] == ["miss"] * len(SAID)
    assert [job.cache["status"] for job in second] == ["hit"] * len(SAID)
    assert _replies(second) == _replies(first)
    assert [job.phase for job in second] == [job.phase for job in first]
    assert sum(job.input_tokens + job.output_tokens for job in second) == 0
    assert all(job.cache["tokens_served"] for job in second)


def test_a_completed_session_does_not_empty_the_cache(cached: Ports, claude: ScriptedClaude) -> None:
    user = a_user()
    _script(claude)
    first = _hold(user, cached)

    assert first[-1].phase == Phase.COMPLETED
    assert Objective.objects.count() == 1
    assert _hold(user, cached)[0].cache["status"] == "hit"


def test_another_organization_asks_for_itself(cached: Ports, claude: ScriptedClaude) -> None:
    claude.will_say("For one.")
    claude.will_say("For the other.")
    _hold(a_user(), cached, SAID[:1])

    (job,) = _hold(a_user(), cached, SAID[:1])

    assert job.reply is not None
    assert job.reply.content == "For the other."


def test_only_if_cached_fails_the_job_with_a_code(cached: Ports, claude: ScriptedClaude) -> None:
    (job,) = _hold(a_user(), cached, SAID[:1], control="only-if-cached")

    assert (job.status, job.error_code, job.error_retryable) == (JobStatus.FAILED, "not_cached", False)
    assert claude.requests == []


def test_a_job_whose_commit_fails_leaves_nothing_in_the_cache(
    cached: Ports, claude: ScriptedClaude, cache_server: Redis
) -> None:
    class Stopper:
        """Asks to stop after the last word."""

        def answer(self, request: object, listener: object) -> object:
            completion = claude.answer(request, listener)  # type: ignore[arg-type]  # handed through as is
            Job.objects.update(cancel_requested_at="2026-01-01T00:00:00Z")
            return completion

        def count_tokens(self, request: object) -> int:
            return 0

    claude.will_say("Whole answer.")

    (job,) = _hold(a_user(), replace(cached, claude=Stopper()), SAID[:1])  # type: ignore[arg-type]  # as above

    assert job.status == JobStatus.CANCELLED
    assert cache_server.zcard("okr:cache:lru") == 0
