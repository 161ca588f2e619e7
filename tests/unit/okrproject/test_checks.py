"""Settings that contradict each other are found before anything runs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from okrproject.checks import settings_agree, settings_are_fit_for_deployment

ONE, OTHER = "redis://127.0.0.1:7001", "redis://127.0.0.1:7002"


def ids(**changed: Any) -> set[str | None]:
    with override_settings(REDIS_URL=f"{ONE}/0", CACHE_REDIS_URL=f"{OTHER}/0", **changed):
        return {message.id for message in settings_agree(None)}


def deployment_ids(**changed: Any) -> set[str | None]:
    fine = {
        "REDIS_URL": f"{ONE}/0",
        "CACHE_REDIS_URL": f"{OTHER}/0",
        "SECRET_KEY_CHOSEN": True,
        "ANTHROPIC_API_KEY": "a key",
        "TEST_CRASH_POINTS": False,
    }
    with override_settings(**(fine | changed)):
        return {message.id for message in settings_are_fit_for_deployment(None)}


def test_the_defaults_agree() -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        ("CLAUDE_IDLE_TIMEOUT", 61, "okrproject.E001"),
        ("JOB_DEADLINE", 59, "okrproject.E002"),
        ("JOB_EXPIRY", 119, "okrproject.E003"),
    ],
)
def test_times_that_contradict_each_other_are_errors(name: str, seconds: int, expected: str) -> None:
    assert ids(**{name: timedelta(seconds=seconds)}) == {expected}


@pytest.mark.parametrize("cache", [f"{ONE}/0", ONE, f"{ONE}/"])
def test_one_database_for_queue_and_cache_is_an_error(cache: str) -> None:
    with override_settings(REDIS_URL=f"{ONE}/0", CACHE_REDIS_URL=cache):
        assert {message.id for message in settings_agree(None)} == {"okrproject.E004"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        ({"CACHE_REDIS_URL": f"{ONE}/1"}, {"okrproject.W001"}),
        ({"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": ""}, {"okrproject.W002"}),
        ({"SECRET_KEY_CHOSEN": False}, {"okrproject.W003"}),
        ({"TEST_CRASH_POINTS": True}, {"okrproject.E005"}),
    ],
)
def test_what_is_not_fit_for_deployment_is_named(changed: dict[str, Any], expected: set[str]) -> None:
    assert deployment_ids(**changed) == expected


def test_every_message_has_a_hint() -> None:
    wrong = {"REDIS_URL": ONE, "CACHE_REDIS_URL": ONE, "SECRET_KEY_CHOSEN": False, "TEST_CRASH_POINTS": True}

    with override_settings(**wrong):
        found = [*settings_agree(None), *settings_are_fit_for_deployment(None)]

    assert found
    assert all(message.hint for message in found)


def test_the_checks_need_no_database() -> None:
    # Commands run before there is one; an admin action that names a permission used to look it up here.
    call_command("check")
