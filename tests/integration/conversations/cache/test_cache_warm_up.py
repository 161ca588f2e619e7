"""What most sessions begin with is answered before anybody asks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from celery import current_app
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis import Redis

from conversations.cache.rules import RULES
from conversations.errors import OverloadedError
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.pipeline.warm_up import most_used_openings, warm_up
from conversations.ports import Ports
from conversations.prompt.wording import shipped_templates
from conversations.services import create_session
from conversations.services.prompts import load_shipped_prompt, publish, save_version
from knowledge.models import User
from tests.builders import a_job, a_message, a_user
from tests.integration.conversations.cache.conftest import a_cache

pytestmark = pytest.mark.django_db
CONTEXT: dict[str, object] = {"industry": "retail"}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No broker."""
    monkeypatch.setattr(run, "send_job", lambda *_, **__: True)
    monkeypatch.setattr(run, "send_next", lambda *_: None)
    RULES.forget()
    yield
    RULES.forget()


@pytest.fixture
def cached(ports: Ports, cache_server: Redis) -> Ports:
    """Ports with a real cache that is empty."""
    return replace(ports, answers=a_cache())


def _opens(user: User, said: str) -> Job:
    return a_job(message=a_message(create_session(user=user, context=CONTEXT), content=said))


def _often(user: User, said: str, times: int) -> None:
    for _ in range(times):
        _opens(user, said)


def test_the_next_session_that_begins_so_is_a_hit(cached: Ports, claude: ScriptedClaude) -> None:
    user = a_user()
    _often(user, "We lose customers.", 2)
    claude.will_say("Which ones?")

    calls = warm_up(cached)
    job = _opens(user, "We lose customers.")
    run_job(job.pk, cached)

    job.refresh_from_db()
    assert calls == 1
    assert job.cache["status"] == "hit"
    assert job.reply is not None
    assert job.reply.content == "Which ones?"


def test_the_most_used_come_first_and_what_was_said_once_is_left_out() -> None:
    user = a_user()
    _often(user, "Twice.", 2)
    _often(user, "Three times.", 3)
    _often(user, "Once.", 1)

    assert [one.message for one in most_used_openings()] == ["Three times.", "Twice."]
    assert [one.message for one in most_used_openings(1)] == ["Three times."]


def test_what_is_there_already_costs_no_call(cached: Ports, claude: ScriptedClaude) -> None:
    _often(a_user(), "We lose customers.", 2)
    claude.will_say("Which ones?")

    assert [warm_up(cached), warm_up(cached)] == [1, 0]


def test_calls_keep_their_distance(cached: Ports, claude: ScriptedClaude) -> None:
    user, waits = a_user(), list[float]()
    for said in ("One.", "Two.", "Three."):
        _often(user, said, 2)
    claude.always_says("Yes.")

    warm_up(cached, calls_a_minute=30, wait=waits.append)

    assert waits == [2.0, 2.0]


def test_it_stops_when_the_model_fails(cached: Ports, claude: ScriptedClaude) -> None:
    user = a_user()
    _often(user, "One.", 2)
    _often(user, "Two.", 2)
    claude.will_fail(OverloadedError())

    assert warm_up(cached) == 0
    assert len(claude.requests) == 1


def test_a_published_prompt_is_followed_by_a_warm_up(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sent: list[tuple[str, object]] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **options: sent.append((name, options["queue"]))
    )
    load_shipped_prompt()
    version = save_version(shipped_templates() | {"discovery": "Ask what should change."})

    with django_capture_on_commit_callbacks(execute=True):
        publish(version, who=a_user(is_staff=True))

    assert sent == [("conversations.warm_up_cache", "bulk")]
