"""Why a job missed: the part of its question that differs, by name."""

from collections.abc import Mapping
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conversations.cache.explain import explain
from conversations.models import Job
from conversations.values import JobStatus
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db


def _asked(parts: Mapping[str, str], session: object = None, *, minutes_ago: int = 0, **cache: str) -> Job:
    then = timezone.now() - timedelta(minutes=minutes_ago)
    stored = {"status": "miss", "reason": "x", "scope": "organization:1", "fingerprint": str(parts)}
    return a_job(
        session,  # type: ignore[arg-type]  # a session or none
        status=JobStatus.SUCCEEDED,
        created_at=then,
        finished_at=then,
        cache=stored | {"components": dict(parts)} | cache,
    )


def test_it_names_the_part_that_differs_from_the_nearest_question() -> None:
    session = a_session()
    _asked({"turn.message": "far", "history": "far", "model": "a"}, session, minutes_ago=2)
    near = _asked({"turn.message": "a", "history": "other", "model": "a"}, session, minutes_ago=1)

    found = explain(_asked({"turn.message": "a", "history": "this", "model": "a"}, session))

    assert found.nearest == near
    assert [part.component for part in found.parts if part.differs] == ["history"]
    assert "what was said before" in found.sentence


def test_another_organizations_question_is_not_looked_at() -> None:
    _asked({"turn.message": "a"}, minutes_ago=1)

    found = explain(_asked({"turn.message": "a"}))

    assert found.nearest is None


def test_the_same_question_in_another_scope_is_told_apart() -> None:
    session = a_session()
    _asked({"turn.message": "a"}, session, minutes_ago=1, scope="user:1")

    assert "scope" in explain(_asked({"turn.message": "a"}, session)).sentence


def test_a_job_that_never_asked_the_cache_says_so() -> None:
    assert "not come to the cache" in explain(a_job()).sentence


def test_the_command_prints_the_comparison() -> None:
    session, output = a_session(), StringIO()
    _asked({"turn.message": "a", "model": "x"}, session, minutes_ago=1)
    job = _asked({"turn.message": "b", "model": "x"}, session)

    call_command("explain_cache", str(job.pk), stdout=output)

    assert "≠ turn.message" in output.getvalue()
    assert "= model" in output.getvalue()


def test_the_command_says_when_there_is_no_such_job() -> None:
    with pytest.raises(CommandError, match="no job"):
        call_command("explain_cache", str(UUID(int=1)))
