"""OKRs over REST: full CRUD, filters, computed progress, the organization's walls."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from knowledge.models import Objective, User
from tests.builders import a_user, an_api_key
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db


def client_of(user: User) -> APIClient:
    """Give a client with a key of this person."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return client


@pytest.fixture
def user() -> User:
    """A person."""
    return a_user()


@pytest.fixture
def api(user: User) -> APIClient:
    """That person's client."""
    return client_of(user)


def post(api: APIClient, path: str, body: dict[str, Any] | None = None, status: int = 201) -> dict[str, Any]:
    """Post a body and give the answer, which must have the status."""
    answer = api.post(f"/api/v1/{path}", body or {}, format="json")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def get(api: APIClient, path: str, expected: int = 200, **query: Any) -> dict[str, Any]:
    """Get a document, which must have the status."""
    answer = api.get(f"/api/v1/{path}", query)
    assert answer.status_code == expected, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_an_okr_lives_its_whole_life_over_rest(api: APIClient) -> None:
    cycle = post(api, "cycles/", {"name": "Q1", "starts_on": "2026-01-01", "ends_on": "2026-03-31"})
    after = post(api, "cycles/", {"name": "Q2", "starts_on": "2026-04-01", "ends_on": "2026-06-30"})
    objective = post(
        api, "objectives/", {"title": "Customers stay", "cycle": cycle["id"], "status": "active"}
    )
    result = post(
        api,
        "key-results/",
        {
            "objective": objective["id"],
            "title": "Churn falls from 8 % to 4 %",
            "direction": "decrease",
            "baseline": 8,
            "target": 4,
            "unit": "%",
        },
    )
    assert (result["progress"], result["current_value"]) == (None, None)

    post(api, "check-ins/", {"key_result": result["id"], "value": 5.5, "confidence": 6, "note": "Better."})
    shown = get(api, f"objectives/{objective['id']}/")
    assert (shown["progress"], shown["measured"]) == (62.5, 1)
    assert shown["key_results"][0]["confidence"] == 6

    unmet = post(api, f"cycles/{cycle['id']}/close/", {}, 409)
    assert (unmet["code"], len(unmet["errors"])) == ("not_ready_to_close", 1)
    closed = post(
        api,
        f"cycles/{cycle['id']}/close/",
        {
            "learnings": "Ask earlier.",
            "objectives": [
                {
                    "id": objective["id"],
                    "outcome": "partial",
                    "key_results": [{"id": result["id"], "score": 0.6, "score_reason": "Half way."}],
                }
            ],
        },
        200,
    )
    assert (closed["status"], closed["learnings"]) == ("closed", "Ask earlier.")
    ended = get(api, f"objectives/{objective['id']}/")
    assert (ended["outcome"], ended["score"], ended["score_colour"]) == ("partial", 0.6, "yellow")

    copies = post(api, f"cycles/{cycle['id']}/carry-over/", {}, 200)["objectives"]
    assert copies[0]["cycle"] == after["id"]
    assert copies[0]["carried_from"] == objective["id"]
    assert copies[0]["key_results"][0]["baseline"] == 5.5


def test_deleting_archives_and_loses_nothing(api: APIClient, user: User) -> None:
    result = a_key_result(an_objective(user))
    a_check_in(result)
    address = f"objectives/{result.objective_id}/"

    assert api.delete(f"/api/v1/{address}").status_code == 204

    assert get(api, address)["status"] == "archived"
    assert get(api, "objectives/")["results"] == []
    assert len(get(api, "objectives/", archived="true")["results"]) == 1
    assert len(get(api, "check-ins/")["results"]) == 1


def test_an_objective_changes_in_part(api: APIClient, user: User) -> None:
    objective = an_objective(user, description="Why")
    team = a_team(user.organization)

    answer = api.patch(
        f"/api/v1/objectives/{objective.pk}/",
        {"team": str(team.pk), "commitment": "aspirational"},
        format="json",
    )

    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["team"], changed["commitment"], changed["description"]) == (
        str(team.pk),
        "aspirational",
        "Why",
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": " "}, "/title"),
        ({"title": 5}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": "x", "status": "lost"}, "/status"),
        ({"title": "x", "status": "closed"}, "/status"),
        ({"title": "x", "cycle": "soon"}, "/cycle"),
        ({"title": "x", "cycle": str(uuid4())}, "/cycle"),
        ({"title": "x", "due_on": "tomorrow"}, "/due_on"),
        ({"title": "x", "starts_on": "2026-02-01", "due_on": "2026-01-01"}, "/due_on"),
        ({"title": "x", "context": []}, "/context"),
        ({"title": "x", "colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_objective_is_refused_with_a_pointer(
    api: APIClient, body: dict[str, Any], pointer: str
) -> None:
    problem = post(api, "objectives/", body, 400)

    assert problem["errors"][0]["pointer"] == pointer
    assert not Objective.objects.exists()


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"target": "many"}, "/target"),
        ({"target": True}, "/target"),
        ({"target": "NaN"}, "/target"),
        ({"target": 1e30}, "/target"),
        ({"baseline": 5, "target": 1}, "/target"),
        ({"weight": -1}, "/weight"),
        ({"band": 1}, "/band"),
        ({"position": 1.5}, "/position"),
    ],
)
def test_a_wrong_key_result_is_refused_with_a_pointer(
    api: APIClient, user: User, fields: dict[str, Any], pointer: str
) -> None:
    body = {"objective": str(an_objective(user).pk), "title": "x"} | fields

    problem = post(api, "key-results/", body, 400)

    assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"value": None}, "/value"),
        ({"confidence": 11}, "/confidence"),
        ({"confidence": -1}, "/confidence"),
        ({"checked_in_at": "2999-01-01T00:00:00Z"}, "/checked_in_at"),
    ],
)
def test_a_wrong_check_in_is_refused_with_a_pointer(
    api: APIClient, user: User, fields: dict[str, Any], pointer: str
) -> None:
    body = {"key_result": str(a_key_result(an_objective(user)).pk), "value": 1} | fields

    problem = post(api, "check-ins/", body, 400)

    assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_check_in_is_never_changed(api: APIClient, user: User, method: str) -> None:
    written = a_check_in(a_key_result(an_objective(user)))

    answer = getattr(api, method)(f"/api/v1/check-ins/{written.pk}/", {"value": 2}, format="json")

    assert answer.status_code == 405


def test_a_circle_of_alignment_is_refused(api: APIClient, user: User) -> None:
    top = an_objective(user)
    below = an_objective(user, parent_objective=top)

    answer = api.patch(f"/api/v1/objectives/{top.pk}/", {"parent_objective": str(below.pk)}, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/parent_objective"


def test_an_ended_objective_is_409(api: APIClient, user: User) -> None:
    objective = an_objective(user)
    post(api, f"objectives/{objective.pk}/archive/", status=200)

    answer = api.patch(f"/api/v1/objectives/{objective.pk}/", {"title": "x"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "okr_ended")


def test_another_organizations_objects_do_not_exist(api: APIClient) -> None:
    cycle = a_cycle()
    result = a_key_result(an_objective(a_user(organization=cycle.organization), cycle=cycle))
    written = a_check_in(result)

    for path in (
        f"cycles/{cycle.pk}/",
        f"objectives/{result.objective_id}/",
        f"key-results/{result.pk}/",
        f"check-ins/{written.pk}/",
    ):
        get(api, path, 404)
        assert api.patch(f"/api/v1/{path}", {}, format="json").status_code in {404, 405}
        assert api.delete(f"/api/v1/{path}").status_code in {404, 405}
    for path in (
        f"cycles/{cycle.pk}/close/",
        f"cycles/{cycle.pk}/carry-over/",
        f"objectives/{result.objective_id}/archive/",
        f"objectives/{result.objective_id}/close/",
    ):
        post(api, path, {"outcome": "missed"} if "objectives" in path else {}, 404)
    post(api, "check-ins/", {"key_result": str(result.pk), "value": 1}, 400)
    for path in ("cycles/", "objectives/", "key-results/", "check-ins/"):
        assert get(api, path, archived="true")["results"] == []


def test_a_colleague_reads_but_does_not_write(user: User) -> None:
    objective = an_objective(user)
    colleague = client_of(a_user(organization=user.organization))

    assert get(colleague, f"objectives/{objective.pk}/")["title"] == objective.title
    answer = colleague.patch(f"/api/v1/objectives/{objective.pk}/", {"title": "Mine"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_nobody_reads_without_a_key() -> None:
    assert APIClient().get("/api/v1/objectives/").status_code == 401


def ids(api: APIClient, **query: Any) -> set[str]:
    """Give the ids of the objectives that match."""
    return {one["id"] for one in get(api, "objectives/", **query)["results"]}


def test_objectives_are_filtered(api: APIClient, user: User) -> None:
    cycle, team = a_cycle(user.organization), a_team(user.organization)
    other = a_user(organization=user.organization)
    plain = an_objective(user, status="draft", title="Plain words", quality=90)
    placed = an_objective(other, cycle=cycle, team=team, parent_objective=plain, quality=40)
    deeper = an_objective(user, parent_key_result=a_key_result(plain), external_id="X-1")

    assert ids(api, cycle=cycle.pk) == {str(placed.pk)}
    assert ids(api, team=team.pk) == {str(placed.pk)}
    assert ids(api, owner=other.pk) == {str(placed.pk)}
    assert ids(api, status="draft") == {str(plain.pk)}
    assert ids(api, parent=plain.pk) == {str(placed.pk), str(deeper.pk)}
    assert ids(api, quality_below=60) == {str(placed.pk)}
    assert ids(api, external_id="X-1") == {str(deeper.pk)}
    assert ids(api, search="WORD plain") == {str(plain.pk)}
    assert ids(api, search="ain") == set()
    assert ids(api, search="' & | !") == set()
    assert ids(api, updated_after="2999-01-01T00:00:00Z") == set()


def test_stale_objectives_are_active_ones_nobody_checked_in_on(api: APIClient, user: User) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    silent, lively, quiet_draft = an_objective(user), an_objective(user), an_objective(user, status="draft")
    a_check_in(a_key_result(silent), checked_in_at=long_ago)
    a_check_in(a_key_result(lively))
    Objective.objects.update(created_at=long_ago)
    young = an_objective(user)

    assert ids(api, stale="true") == {str(silent.pk)}
    assert ids(api, stale="false") == {str(lively.pk), str(quiet_draft.pk), str(young.pk)}


def test_an_objective_brought_in_with_old_check_ins_is_stale_at_once(api: APIClient, user: User) -> None:
    imported = an_objective(user)
    a_check_in(a_key_result(imported), checked_in_at=timezone.now() - timedelta(days=30))
    a_key_result(imported)

    assert ids(api, stale="true") == {str(imported.pk)}


@pytest.mark.parametrize(
    ("name", "value"),
    [("cycle", "x"), ("status", "lost"), ("stale", "perhaps"), ("quality_below", "x"), ("cursor", "x")],
)
def test_a_wrong_filter_is_refused_with_its_name(api: APIClient, name: str, value: str) -> None:
    problem = get(api, "objectives/", 400, **{name: value})

    assert problem["errors"][0]["pointer"] == f"query:{name}"


def queries_of(api: APIClient, path: str) -> int:
    """Count the queries that a list takes."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        get(api, path)
    return len(captured)


@pytest.mark.parametrize("path", ["cycles/", "objectives/", "key-results/", "check-ins/", "initiatives/"])
def test_a_list_takes_the_same_number_of_queries_however_long(api: APIClient, user: User, path: str) -> None:
    def one_more() -> None:
        result = a_key_result(an_objective(user, cycle=a_cycle(user.organization)))
        a_check_in(result)
        post(api, "initiatives/", {"objective": str(result.objective_id), "title": "Call them"})

    one_more()
    with_one = queries_of(api, path)
    for _ in range(4):
        one_more()

    assert queries_of(api, path) == with_one
    assert with_one <= 4


def test_pages_follow_one_another(api: APIClient, user: User) -> None:
    for _ in range(3):
        an_objective(user)

    first = get(api, "objectives/", page_size=2)
    second = api.get(first["next"]).json()

    assert len(first["results"]) == 2
    assert len(second["results"]) == 1
    assert second["next"] is None


def test_texts_are_assessed_without_a_model(api: APIClient) -> None:
    verdict = post(
        api,
        "assessments/",
        {
            "objective": "Customers love our support so much that they stay",
            "key_results": ["Raise NPS from 20 to 50", "Launch the new portal"],
            "context": {"industry": "retail", "team_size": 4},
        },
        200,
    )

    assert set(verdict) == {"objective", "key_results", "set"}
    assert 0 <= verdict["objective"]["score"] <= 100
    assert set(verdict["objective"]) == {"score", "level", "dimensions", "findings"}
    codes = {one["code"] for one in verdict["key_results"][1]["findings"]}
    assert "activity_focused" in codes
    assert verdict["set"]["score"] > 0


def test_a_part_of_an_okr_is_assessed_alone(api: APIClient) -> None:
    verdict = post(api, "assessments/", {"key_results": ["Raise NPS from 20 to 50"]}, 200)

    assert (verdict["objective"], verdict["set"]) == (None, None)
    assert len(verdict["key_results"]) == 1
