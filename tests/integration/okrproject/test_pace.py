"""Who asks too fast is told when to come back; who asks on is not kept from it by an outage."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from axes.models import AccessAttempt
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from okrproject.guard import pace
from okrproject.guard.pace import Allowance, Limit
from tests.builders import a_user, an_api_key

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/sessions/"


@pytest.fixture(autouse=True)
def fresh(cache_server: "redis.Redis") -> Iterator[None]:
    """Nobody has asked for anything yet."""
    pace._server.cache_clear()
    yield
    pace._server.cache_clear()


def ask(key: str, address: str = SESSIONS, **extra: Any) -> tuple[int, dict[str, str]]:
    answer = Client().get(address, headers={"Authorization": f"Bearer {key}"}, **extra)
    return answer.status_code, dict(answer.items())


def test_a_key_over_its_pace_is_told_when_to_come_back(settings: Settings) -> None:
    settings.API_KEY_REQUESTS_PER_MINUTE = 3
    key, other = an_api_key(a_user()), an_api_key(a_user())

    statuses = [ask(key)[0] for _ in range(4)]
    status, headers = ask(key)

    assert statuses == [200, 200, 200, 429]
    assert (status, headers["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(headers["Retry-After"]) <= 20
    assert ask(other)[0] == 200


def test_an_address_is_limited_whatever_keys_it_uses(settings: Settings) -> None:
    settings.ADDRESS_REQUESTS_PER_MINUTE = 2
    keys = [an_api_key(a_user()) for _ in range(3)]

    assert [ask(key)[0] for key in keys] == [200, 200, 429]
    assert ask(keys[0], REMOTE_ADDR="203.0.113.9")[0] == 200


def test_a_refused_request_costs_no_query(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.API_KEY_REQUESTS_PER_MINUTE = 1
    key = an_api_key(a_user())
    ask(key)

    with django_assert_num_queries(0):
        assert ask(key)[0] == 429


def test_guessing_keys_closes_the_door_to_the_address_for_a_while(settings: Settings) -> None:
    settings.ADDRESS_REFUSALS_PER_MINUTE = 5
    right = an_api_key(a_user())

    statuses = [ask(f"{number:064d}")[0] for number in range(6)]

    assert statuses == [401] * 5 + [429]
    assert ask(right)[0] == 429
    assert ask(right, REMOTE_ADDR="203.0.113.9")[0] == 200


def test_good_requests_are_no_guesses(settings: Settings) -> None:
    settings.ADDRESS_REFUSALS_PER_MINUTE = 1
    key = an_api_key(a_user())

    assert [ask(key)[0] for _ in range(5)] == [200] * 5


def test_pages_are_limited_too_and_probes_are_not(settings: Settings) -> None:
    settings.ADDRESS_REQUESTS_PER_MINUTE = 1
    client = Client()

    assert client.get("/admin/login/").status_code == 200
    refused = client.get("/admin/login/")
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert client.get("/health/live").status_code == 200


def test_without_the_cache_server_everybody_is_let_through(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_KEY_REQUESTS_PER_MINUTE = 1
    settings.CACHE_REDIS_URL = "redis://127.0.0.1:1/0"
    key = an_api_key(a_user())

    assert [ask(key)[0] for _ in range(3)] == [200] * 3
    pace._server().close()


def test_of_many_at_once_exactly_as_many_as_allowed_pass() -> None:
    passed: list[bool] = []

    def spend() -> None:
        passed.extend(
            pace._spend([Allowance(Limit.KEY, "somebody", 25), Allowance(Limit.ADDRESS, "a place", 1000)])
            is None
            for _ in range(20)
        )

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(passed) == 80
    # One grows back every 2.4 seconds.
    assert 25 <= sum(passed) <= 27


def test_a_refusal_takes_nothing_from_the_other_allowance(cache_server: "redis.Redis") -> None:
    place = Allowance(Limit.ADDRESS, "a place", 10)
    for _ in range(5):
        pace._spend([place, Allowance(Limit.KEY, "somebody", 1)])

    assert sum(pace._spend([place]) is None for _ in range(20)) == 9


def test_what_is_kept_goes_by_itself(cache_server: "redis.Redis") -> None:
    pace._spend([Allowance(Limit.KEY, "somebody", 60)])

    assert cache_server.keys("*") == [b"okr:pace:key:somebody"]
    assert 0 < cache_server.pttl("okr:pace:key:somebody") <= 1001


def sign_in(password: str, address: str = "127.0.0.1") -> int:
    answer = Client().post(
        "/admin/login/?next=/admin/",
        {"username": "staff@example.com", "password": password},
        REMOTE_ADDR=address,
    )
    return answer.status_code


def test_guessing_passwords_closes_the_door_to_the_address(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    a_user(email="staff@example.com", password="the right one", is_staff=True)

    statuses = [sign_in(f"wrong {number}") for number in range(4)]

    assert statuses == [200, 200, 429, 429]
    assert sign_in("the right one") == 429
    assert sign_in("the right one", "203.0.113.9") == 302


def test_what_is_kept_of_a_failed_sign_in_holds_no_password() -> None:
    a_user(email="staff@example.com", password="the right one", is_staff=True)

    sign_in("the wrong one")

    (kept,) = AccessAttempt.objects.values()
    assert "the wrong one" not in str(kept)
