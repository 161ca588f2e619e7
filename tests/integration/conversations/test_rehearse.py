"""A worker goes through a turn before the first message comes, and nothing is left of it."""

from dataclasses import replace

import pytest
import redis
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from conversations.cache.fingerprint import PREFIX
from conversations.llm.scripted import ScriptedClaude
from conversations.pipeline.rehearse import TIMES, rehearse
from conversations.ports import Ports
from tests.integration.conversations.cache.conftest import a_cache

pytestmark = pytest.mark.django_db


def _rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def test_every_step_is_gone_through_and_nothing_is_left(
    ports: Ports, claude: ScriptedClaude, announced: list[object], cache_server: redis.Redis
) -> None:
    before = _rows()

    with CaptureQueriesContext(connection) as statements:
        rehearse(replace(ports, answers=a_cache()))

    told = [one["sql"] for one in statements]
    last = [
        one for one in told if one.startswith("UPDATE conversations_job SET status = ") and "reply_id" in one
    ]
    assert len(last) == TIMES, "the last statement of a turn"
    assert _rows() == before
    assert claude.requests == []
    assert announced == []
    left = {key.removeprefix(PREFIX.encode()).split(b":")[0] for key in cache_server.scan_iter()}
    assert left <= {b"tag"}, "generations of a lookup, which run out"


def test_crash_points_are_left_to_messages(ports: Ports, settings: Settings) -> None:
    settings.TEST_CRASH_POINTS = True

    with CaptureQueriesContext(connection) as statements:
        rehearse(ports)

    assert len(statements) == 0
