"""Messages from outside: send, repeat, list."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from conversations.models import IdempotencyRecord, Job, Message, Session
from conversations.services.submit import MAX_MESSAGE_BYTES
from conversations.values import DoubleText, Role
from knowledge.models import User
from tests.builders import a_job, a_message, a_reply, a_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(user: User) -> Session:
    return a_session(user)


@pytest.fixture
def address(session: Session) -> str:
    return f"/api/v1/sessions/{session.pk}/messages/"


def test_a_message_is_promised_an_answer(api: APIClient, address: str, session: Session) -> None:
    response = api.post(address, {"content": " We want\nto grow. ", "priority": "bulk"}, format="json")

    job = Job.objects.get()
    assert response.status_code == 202
    assert response["Location"] == f"/api/v1/jobs/{job.pk}/"
    assert int(response["Retry-After"]) >= 1
    assert "Idempotency-Replayed" not in response
    body = response.json()
    assert (body["session"], body["status"], body["priority"]) == (str(session.pk), "queued", "bulk")
    assert body["message"] == {"id": str(job.message_id), "role": "user", "content": " We want\nto grow. "}
    assert body["reply"] is None
    assert body["error"] is None


def test_accepting_a_message_takes_few_queries(
    api: APIClient, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    api.post(address, {"content": "first"}, format="json")

    with django_assert_max_num_queries(8):
        api.post(address, {"content": "second"}, format="json")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/content"),
        ({"content": ""}, "/content"),
        ({"content": " \n\t "}, "/content"),
        ({"content": None}, "/content"),
        ({"content": 7}, "/content"),
        ({"content": ["a"]}, "/content"),
        ({"content": "a\x00b"}, "/content"),
        ({"content": "a", "priority": "urgent"}, "/priority"),
        ({"content": "a", "priority": None}, "/priority"),
        ({"content": "a", "contents": "b"}, "/contents"),
        ([{"content": "a"}], ""),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    api: APIClient, address: str, body: object, pointer: str
) -> None:
    response = api.post(address, body, format="json")

    assert response.status_code == 400
    assert [one["pointer"] for one in response.json()["errors"]] == [pointer]
    assert not Message.objects.exists()


def test_a_message_may_fill_its_limit_to_the_byte(api: APIClient, address: str) -> None:
    response = api.post(address, {"content": "é" * (MAX_MESSAGE_BYTES // 2)}, format="json")

    assert response.status_code == 202


@pytest.mark.parametrize(
    "content", ["x" * (MAX_MESSAGE_BYTES + 1), "é" * (MAX_MESSAGE_BYTES // 2 + 1), "x" * 33 * 1024]
)
def test_a_longer_message_is_too_large(api: APIClient, address: str, content: str) -> None:
    response = api.post(address, {"content": content}, format="json")

    assert response.status_code == 413
    assert response.json()["errors"][0]["pointer"] == "/content"
    assert not Message.objects.exists()


def test_the_same_key_and_request_give_the_same_job(api: APIClient, address: str) -> None:
    first = api.post(address, {"content": "Hello"}, format="json", headers={"Idempotency-Key": "k 1"})
    again = api.post(address, {"content": "Hello"}, format="json", headers={"Idempotency-Key": "k 1"})

    assert again.status_code == 202
    assert again["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert Job.objects.count() == 1


def test_the_same_key_for_another_request_is_a_conflict(api: APIClient, address: str) -> None:
    api.post(address, {"content": "Hello"}, format="json", headers={"Idempotency-Key": "k"})

    response = api.post(address, {"content": "Goodbye"}, format="json", headers={"Idempotency-Key": "k"})

    assert response.status_code == 409
    assert response.json()["code"] == "idempotency_key_reused"
    assert Job.objects.count() == 1


@pytest.mark.parametrize("key", ["", "   ", "k" * 256, "tab\tbed", "ключ", "a\x00b"])
def test_a_malformed_key_is_refused(api: APIClient, address: str, key: str) -> None:
    response = api.post(address, {"content": "Hello"}, format="json", headers={"Idempotency-Key": key})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "header:Idempotency-Key"
    assert not IdempotencyRecord.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("directive", ["no-cache", "no-store", "only-if-cached", "No-Cache"])
def test_a_cache_directive_goes_with_the_job(api: APIClient, address: str, directive: str) -> None:
    api.post(address, {"content": "Hello"}, format="json", headers={"Cache-Control": directive})

    assert Job.objects.get().cache_control == directive.lower()


@pytest.mark.parametrize("directive", ["max-age=0", "no-cache, no-store", "private", "x" * 5000])
def test_another_cache_directive_is_refused(api: APIClient, address: str, directive: str) -> None:
    response = api.post(address, {"content": "Hello"}, format="json", headers={"Cache-Control": directive})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "header:Cache-Control"
    assert not Message.objects.exists()


def test_a_second_message_is_refused_where_the_session_says_so(api: APIClient, user: User) -> None:
    session = a_session(user, double_text=DoubleText.REJECT)
    a_job(session)

    response = api.post(f"/api/v1/sessions/{session.pk}/messages/", {"content": "And?"}, format="json")

    assert response.status_code == 409
    assert response.json()["code"] == "session_busy"
    assert Message.objects.count() == 1


def test_the_conversation_is_paged_oldest_first(api: APIClient, session: Session, address: str) -> None:
    said = []
    for number in range(3):
        question = a_message(session, content=f"Question {number}")
        said += [question.content, a_reply(question, content=f"Answer {number}").content]
    seen, roles, page_address = [], [], f"{address}?page_size=4"

    while page_address:
        page = api.get(page_address).json()
        seen += [one["content"] for one in page["results"]]
        roles += [one["role"] for one in page["results"]]
        page_address = page["next"]

    assert seen == said
    assert roles == [Role.USER, Role.ASSISTANT] * 3


def test_a_conversation_costs_the_same_whatever_its_length(
    api: APIClient, session: Session, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        a_reply(a_message(session))

    with django_assert_num_queries(3):
        api.get(address)


@pytest.mark.parametrize("cursor", ["cD1hYmM%3D", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk%3D", "cD0tMQ%3D%3D"])
def test_a_forged_cursor_is_refused(api: APIClient, address: str, cursor: str) -> None:
    response = api.get(f"{address}?cursor={cursor}")

    assert response.status_code == 400
