"""Sessions from outside: open, list, search, change, delete."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from conversations.models import Job, Session
from conversations.values import JobStatus, Phase
from knowledge.models import User
from tests.builders import a_job, a_message, a_session

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/sessions/"


def test_every_field_of_a_new_session_is_optional(api: APIClient, user: User) -> None:
    response = api.post(SESSIONS)

    session = Session.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"{SESSIONS}{session.pk}/"
    assert (session.user, session.organization_id) == (user, user.organization_id)
    body = response.json()
    assert body["phase"] == "discovery"
    assert body["double_text"] == "queue"
    assert body["okr"] is None
    assert body["quality"] is None
    assert body["created_at"].endswith("Z")


def test_a_context_keeps_known_and_free_keys_and_drops_nulls(api: APIClient) -> None:
    context = {"industry": "retail", "team_size": 8.0, "scope": None, "our_crm": {"id": [1, 2]}}

    response = api.post(SESSIONS, {"context": context}, format="json")

    assert response.json()["context"] == {"industry": "retail", "team_size": 8, "our_crm": {"id": [1, 2]}}


@pytest.mark.parametrize("number", [1e29, -1e29, 2**63, 2**64, 1e-300, 0.1])
def test_a_number_of_any_size_comes_back(api: APIClient, number: float) -> None:
    created = api.post(SESSIONS, {"context": {"revenue": number}}, format="json")

    shown = api.get(created["Location"])

    assert shown.status_code == 200
    assert shown.json()["context"]["revenue"] == pytest.approx(number)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": 7}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": None}, "/title"),
        ({"titel": "Growth"}, "/titel"),
        ({"context": []}, "/context"),
        ({"context": "retail"}, "/context"),
        ({"context": {"team_size": 0}}, "/context/team_size"),
        ({"context": {"team_size": True}}, "/context/team_size"),
        ({"context": {"team_size": "8"}}, "/context/team_size"),
        ({"context": {"team_size": 1.5}}, "/context/team_size"),
        ({"context": {"team_size": 1e300}}, "/context/team_size"),
        ({"context": {"industry": 5}}, "/context/industry"),
        ({"context": {"industry": "x" * 501}}, "/context/industry"),
        ({"context": {"note": "a\x00b"}}, "/context"),
        ({"context": {"a\x00b": 1}}, "/context"),
        ({"context": {"note": "x" * 8200}}, "/context"),
        ({"context": {"a": {"b": {"c": {"d": {"e": {}}}}}}}, "/context"),
        ({"double_text": "shout"}, "/double_text"),
        ({"double_text": ["queue"]}, "/double_text"),
        ([], ""),
        ("text", ""),
        (7, ""),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(api: APIClient, body: object, pointer: str) -> None:
    response = api.post(SESSIONS, body, format="json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [one["pointer"] for one in response.json()["errors"]] == [pointer]
    assert not Session.objects.exists()


def test_a_list_is_paged_newest_first_without_gaps_or_repeats(api: APIClient, user: User) -> None:
    ids = [str(a_session(user).pk) for _ in range(5)]
    seen, address = [], f"{SESSIONS}?page_size=2"

    while address:
        page = api.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    assert seen == ids[::-1]


def test_a_list_costs_the_same_whatever_its_length(
    api: APIClient, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        a_message(a_session(user))

    with django_assert_num_queries(2):
        api.get(SESSIONS)


def test_a_list_can_be_filtered_by_phase(api: APIClient, user: User) -> None:
    a_session(user)
    wanted = a_session(user, phase=Phase.VALIDATION)

    found = api.get(SESSIONS, {"phase": "validation"}).json()["results"]

    assert [one["id"] for one in found] == [str(wanted.pk)]


def test_a_list_can_be_filtered_by_change(api: APIClient, user: User) -> None:
    old, new = a_session(user), a_session(user)
    Session.objects.filter(pk=old.pk).update(updated_at=datetime.now(UTC) - timedelta(days=2))
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()

    encoded = api.get(SESSIONS, {"updated_after": yesterday}).json()["results"]
    not_encoded = api.get(f"{SESSIONS}?updated_after={yesterday}").json()["results"]

    assert [one["id"] for one in encoded] == [str(new.pk)]
    assert not_encoded == encoded


@pytest.mark.parametrize("search", ["CHURN", "churn in march", "100%", "o'clock"])
def test_a_search_finds_titles_and_messages(api: APIClient, user: User, search: str) -> None:
    a_session(user, title="Another thing, 1000 times")
    wanted = a_session(user, title="Less churn in March, 100% sure")
    a_message(wanted, content="By ten o'clock")

    found = api.get(SESSIONS, {"search": search}).json()["results"]

    assert [one["id"] for one in found] == [str(wanted.pk)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("phase=nowhere", "phase"),
        ("updated_after=yesterday", "updated_after"),
        ("updated_after=2026-01-01", "updated_after"),
        ("updated_after=2026-02-31T00:00:00Z", "updated_after"),
        ("updated_after=2026-01-01T00:00:00", "updated_after"),
        ("search=a%00b", "search"),
        ("search=" + "x" * 201, "search"),
        ("cursor=nonsense", "cursor"),
        ("cursor=cD1hYmM%3D", "cursor"),
        ("cursor=bz0tNQ%3D%3D", "cursor"),
        ("cursor=%00", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
    ],
)
def test_a_wrong_filter_is_named(api: APIClient, query: str, parameter: str) -> None:
    response = api.get(f"{SESSIONS}?{query}")

    assert response.status_code == 400
    assert [one["pointer"] for one in response.json()["errors"]] == [f"query:{parameter}"]


def test_a_change_touches_only_what_it_names(api: APIClient, user: User) -> None:
    session = a_session(user, title="Old", context={"industry": "retail"})

    response = api.patch(f"{SESSIONS}{session.pk}/", {"title": ""}, format="json")

    session.refresh_from_db()
    assert response.status_code == 200
    assert (session.title, session.context) == ("", {"industry": "retail"})


def test_a_deleted_session_is_gone_with_its_jobs_and_messages(api: APIClient, user: User) -> None:
    session = a_session(user)
    job = a_job(session)

    response = api.delete(f"{SESSIONS}{session.pk}/")

    assert response.status_code == 204
    assert response.content == b""
    assert Job.objects.get().status == JobStatus.CANCELLED
    for address in (f"sessions/{session.pk}/", f"sessions/{session.pk}/messages/", f"jobs/{job.pk}/"):
        assert api.get(f"/api/v1/{address}").status_code == 404
    assert api.delete(f"{SESSIONS}{session.pk}/").status_code == 404
    assert api.get(SESSIONS).json()["results"] == []


def test_a_session_shows_its_okr_with_scores(api: APIClient, user: User) -> None:
    key_result: dict[str, object] = {
        "text": "Churn from 5 % to 3 %",
        "kind": "metric",
        "direction": "decrease",
    }
    key_result |= {"baseline": 5.0, "target": 3.0, "unit": "%"}
    draft = {"objective": "Customers stay", "key_results": [key_result]}
    session = a_session(user, draft=draft, draft_version=3, quality={"score": 80})

    response = api.get(f"{SESSIONS}{session.pk}/okr/")

    assert response.json() == {
        "session": str(session.pk),
        "phase": "discovery",
        "version": 3,
        "approved_version": None,
        "objective": "Customers stay",
        "key_results": [key_result],
        "quality": {"score": 80},
    }
    assert api.get(f"{SESSIONS}{session.pk}/").json()["okr"] == draft


@pytest.mark.parametrize("name", ["not-a-uuid", "123", "%00", "é", str(UUID(int=7))])
def test_an_unknown_id_is_not_found(api: APIClient, name: str) -> None:
    response = api.get(f"{SESSIONS}{name}/")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
