"""Bodies and requests that no honest client sends."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from rest_framework.test import APIClient

from conversations.models import Job, Message, Session
from knowledge.models import User
from tests.builders import a_session

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def address(user: User) -> str:
    return f"/api/v1/sessions/{a_session(user).pk}/messages/"


def refused(client: APIClient, address: str, body: bytes, content_type: str = JSON) -> tuple[int, str]:
    """Send a body, check that it left no trace, and give status and code."""
    send = cast("Callable[..., Any]", client.generic)  # Its stub knows no bytes.
    response = send("POST", address, body, content_type=content_type)

    assert response["Content-Type"] == "application/problem+json"
    assert not Message.objects.exists()
    assert not Job.objects.exists()
    assert Session.objects.count() == 1
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"content": NaN}',
        b'{"content": 1e999}',
        b'{"content": "\\ud800"}',
        b'{"content": "\\udc00\\ud800"}',
        b'{"content": "\xff\xfe"}',
        b'{"content": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b'{"content": "a"} {"content": "b"}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"content": ' * 5000 + b"1" + b"}" * 5000,
        "{'content': 'a'}".encode("utf-16"),
    ],
)
def test_what_is_not_json_is_refused(api: APIClient, address: str, body: bytes) -> None:
    assert refused(api, address, body) == (400, "parse_error")


def test_a_body_of_ten_megabytes_is_too_large(api: APIClient, address: str) -> None:
    body = b'{"content": "' + b"x" * 10_000_000 + b'"}'

    assert refused(api, address, body) == (413, "content_too_large")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "nonsense",
    ],
)
def test_another_content_type_is_refused(api: APIClient, address: str, content_type: str) -> None:
    assert refused(api, address, b'{"content": "a"}', content_type) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_may_be_announced_in_other_words(api: APIClient, address: str, content_type: str) -> None:
    response = api.post(address, b'{"content": "a"}', content_type=content_type)

    assert response.status_code == 202


def test_a_key_given_twice_counts_once(api: APIClient, address: str) -> None:
    response = api.post(address, b'{"content": "a", "content": "b"}', content_type=JSON)

    assert response.json()["message"]["content"] == "b"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/sessions", "/api/v1/jobs/1/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_unknown_address_is_a_problem_too(api: APIClient, path: str, method: str) -> None:
    response = getattr(api, method)(path)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_method_that_does_not_exist_here_says_which_do(api: APIClient) -> None:
    response = api.put("/api/v1/sessions/", {}, format="json")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in response["Allow"]


@pytest.mark.parametrize("method", ["options", "head"])
def test_the_quiet_methods_work_too(api: APIClient, method: str) -> None:
    assert getattr(api, method)("/api/v1/sessions/").status_code == 200


def test_only_json_can_be_had(api: APIClient) -> None:
    response = api.get("/api/v1/sessions/", headers={"Accept": "application/xml"})

    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


def test_a_host_that_is_not_ours_is_a_problem_too(api: APIClient) -> None:
    response = api.get("/api/v1/sessions/", headers={"Host": "evil.example"})

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_a_failure_inside_is_a_problem_too(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("conversations.api.sessions.sessions_of", fail)

    response = api.get("/api/v1/sessions/")

    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert b"secret" not in response.content
