"""Who may do what: every endpoint against every kind of caller."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from conversations.models import Job, Message, Session
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user, an_api_key

pytestmark = pytest.mark.django_db

Call = tuple[str, str, object, int]

ON_ONE: list[Call] = [
    ("get", "sessions/{session}/", None, 200),
    ("patch", "sessions/{session}/", {"title": "Taken over"}, 200),
    ("delete", "sessions/{session}/", None, 204),
    ("get", "sessions/{session}/okr/", None, 200),
    ("get", "sessions/{session}/messages/", None, 200),
    ("post", "sessions/{session}/messages/", {"content": "Hello"}, 202),
    ("get", "jobs/{job}/", None, 200),
    ("post", "jobs/{job}/cancel/", None, 200),
    ("post", "jobs/{ended}/retry/", None, 200),
]
ON_ALL: list[Call] = [("get", "sessions/", None, 200), ("post", "sessions/", {}, 201)]


@pytest.fixture
def ids(user: User) -> dict[str, str]:
    session = a_session(user, title="Mine")
    ended = a_job(session, status=JobStatus.CANCELLED)
    return {"session": str(session.pk), "ended": str(ended.pk), "job": str(a_job(session).pk)}


def state() -> tuple[list[object], ...]:
    """Take down what a stranger must not change."""
    return (
        list(Session.objects.values_list("pk", "title", "deleted_at")),
        list(Job.objects.order_by("turn").values_list("pk", "status")),
        list(Message.objects.order_by("turn").values_list("pk", flat=True)),
    )


def another(kind: str, user: User) -> User:
    match kind:
        case "colleague":
            return a_user(organization=user.organization)
        case "colleague on the staff":
            return a_user(organization=user.organization, is_staff=True)
        case "superuser":
            return a_user(is_staff=True, is_superuser=True)
        case _:
            return a_user()


def header_of(kind: str, user: User) -> str | None:
    match kind:
        case "expired key":
            return f"Bearer {an_api_key(user, expires_in=timedelta(seconds=-1))}"
        case "wrong key":
            return f"Bearer {an_api_key(user)[:-1]}x"
        case "inactive owner":
            return f"Bearer {an_api_key(a_user(is_active=False))}"
        case "no key at all":
            return "Bearer"
        case "strange key":
            return "Bearer \xff\x00 two"
        case _:
            return None


def send(client: APIClient, call: Call, ids: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    method, address, body, _ = call
    response = getattr(client, method)(f"/api/v1/{address.format(**ids)}", body, format="json")
    return response.status_code, response.get("Content-Type", ""), dict(response.items())


@pytest.mark.parametrize("call", ON_ONE + ON_ALL)
def test_the_owner_may(api: APIClient, ids: dict[str, str], call: Call) -> None:
    status, _, _ = send(api, call, ids)

    assert status == call[3]


@pytest.mark.parametrize("call", ON_ONE)
@pytest.mark.parametrize("kind", ["colleague", "colleague on the staff", "stranger", "superuser"])
def test_for_others_the_objects_do_not_exist(
    client_of: Callable[[User], APIClient], user: User, ids: dict[str, str], call: Call, kind: str
) -> None:
    other = another(kind, user)
    before = state()

    status, content_type, _ = send(client_of(other), call, ids)

    assert (status, content_type) == (404, "application/problem+json")
    assert state() == before


@pytest.mark.parametrize("call", ON_ONE + ON_ALL)
@pytest.mark.parametrize(
    "kind", ["nobody", "expired key", "wrong key", "inactive owner", "no key at all", "strange key"]
)
def test_without_a_good_key_nothing_is_told_or_done(
    user: User, ids: dict[str, str], call: Call, kind: str
) -> None:
    client = APIClient(raise_request_exception=False)
    header = header_of(kind, user)
    if header is not None:
        client.credentials(HTTP_AUTHORIZATION=header)
    before = state()

    status, content_type, headers = send(client, call, ids)

    assert (status, content_type) == (401, "application/problem+json")
    assert headers["WWW-Authenticate"].startswith("Bearer")
    assert state() == before


def test_an_expired_key_is_told_apart(user: User) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user, expires_in=timedelta(seconds=-1))}")

    assert client.get("/api/v1/sessions/").json()["code"] == "api_key_expired"


def test_a_list_shows_only_ones_own(api: APIClient, ids: dict[str, str], user: User) -> None:
    a_session(a_user(organization=user.organization))

    assert [one["id"] for one in api.get("/api/v1/sessions/").json()["results"]] == [ids["session"]]


def test_the_admins_session_opens_the_api_but_writes_need_the_csrf_token(user: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(user)

    read, write = client.get("/api/v1/sessions/"), client.post("/api/v1/sessions/", {}, format="json")

    assert read.status_code == 200
    assert (write.status_code, write["Content-Type"]) == (403, "application/problem+json")
    assert not Session.objects.exists()


def test_somebody_elses_idempotency_key_does_not_matter(
    client_of: Callable[[User], APIClient], user: User
) -> None:
    jobs = set()
    for person in (user, a_user(organization=user.organization)):
        address = f"/api/v1/sessions/{a_session(person).pk}/messages/"
        response = client_of(person).post(
            address, {"content": "x"}, format="json", headers={"Idempotency-Key": "k"}
        )
        jobs.add(response.json()["id"])

    assert len(jobs) == 2
