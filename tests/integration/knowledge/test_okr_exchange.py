"""Files in and out: all or nothing, twice is once, and what came out goes in again the same."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from knowledge.exchange import Format, import_objectives, records_of, render_okrs
from knowledge.models import (  # type: ignore[attr-defined]  # pghistory makes the event models.
    CheckIn,
    KeyResult,
    Objective,
    ObjectiveEvent,
    Organization,
    User,
)
from knowledge.selectors import objectives_for_export
from knowledge.services import Actor, archive_key_result, archive_objective
from knowledge.signals import okr_changed
from tests.builders import a_user, an_api_key
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """A person."""
    return a_user(email="ann@example.com")


@pytest.fixture
def api(user: User) -> APIClient:
    """That person's client."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return client


def send(api: APIClient, content: str | bytes, *, status: int = 200, **fields: Any) -> dict[str, Any]:
    """Upload a file and give the answer, which must have the status."""
    file = SimpleUploadedFile("goals.csv", content.encode() if isinstance(content, str) else content)
    answer = api.post("/api/v1/objectives/import/", {"file": file, **fields}, format="multipart")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


TABLE = """type,external_id,title,parent,owner,baseline,target,current,unit,direction,weight,note
objective,O-1,Customers stay,,ann@example.com,,,,,,,
key_result,K-1,Churn falls,O-1,,8,4,6,%,decrease,2,First month
key_result,K-2,NPS rises,Customers stay,,20,50,,,,,
objective,O-2,Support is loved,K-1,,,,,,,,
"""


def test_a_table_becomes_objectives(api: APIClient, user: User) -> None:
    report = send(api, TABLE)

    assert report["created"] == {"objectives": 2, "key_results": 2, "check_ins": 1}
    churn = KeyResult.objects.get(external_id="K-1")
    assert (churn.direction, churn.current_value, churn.weight) == ("decrease", Decimal(6), Decimal(2))
    assert churn.check_ins.get().note == "First month"
    assert Objective.objects.get(external_id="O-2").parent_key_result == churn
    assert Objective.objects.get(external_id="O-1").quality is not None
    event = ObjectiveEvent.objects.filter(external_id="O-1").first()
    assert event.pgh_context.metadata == {"user": str(user.pk), "source": "import"}


def test_importing_twice_is_importing_once(api: APIClient) -> None:
    send(api, TABLE)
    report = send(api, TABLE)

    assert report["created"] == {"objectives": 0, "key_results": 0, "check_ins": 0}
    assert report["unchanged"] == {"objectives": 2, "key_results": 2, "check_ins": 0}
    assert (Objective.objects.count(), CheckIn.objects.count()) == (2, 1)


def test_importing_again_changes_what_changed(api: APIClient) -> None:
    send(api, TABLE)
    report = send(api, TABLE.replace("Customers stay,,", "Customers love us,,").replace(",4,6,", ",4,5,"))

    assert report["updated"]["objectives"] == 1
    assert report["created"]["check_ins"] == 1
    assert Objective.objects.get(external_id="O-1").title == "Customers love us"
    assert KeyResult.objects.get(external_id="K-1").current_value == 5


def test_rows_without_ids_are_known_again_too(api: APIClient) -> None:
    table = "Goal,Starting value,Target value,Actual\nDelight customers,,,\nNPS rises,20,50,35\n"

    first = send(api, table)
    second = send(api, table)

    assert (first["column_map"], first["created"]["key_results"]) == ("generic", 1)
    assert second["created"] == {"objectives": 0, "key_results": 0, "check_ins": 0}


def test_a_dry_run_says_all_and_writes_nothing(api: APIClient) -> None:
    heard: list[object] = []
    listen = lambda **facts: heard.append(facts)  # noqa: E731
    okr_changed.connect(listen)
    report = send(api, TABLE, dry_run="true")
    okr_changed.disconnect(listen)

    assert report["created"] == {"objectives": 2, "key_results": 2, "check_ins": 1}
    assert not Objective.objects.exists()
    assert heard == []


def test_one_mistake_keeps_the_whole_file_out(api: APIClient) -> None:
    table = TABLE.replace("20,50", "many,50") + "objective,O-3,Extra,,nobody@example.com,,,,,,,\n"

    problem = send(api, table, status=400)

    assert [one["pointer"] for one in problem["errors"]] == ["/file/4/baseline", "/file/6/owner"]
    assert not Objective.objects.exists()


def test_a_dry_run_lists_mistakes_with_line_and_column(api: APIClient) -> None:
    report = send(api, TABLE.replace("ann@example.com", "bob@example.com"), dry_run="true")

    assert [(one["line"], one["column"]) for one in report["errors"]] == [(2, "owner")]


def test_a_circle_in_a_file_is_refused_at_its_line(api: APIClient) -> None:
    table = "type,external_id,title,parent\nobjective,A,Up,B\nobjective,B,Down,A\n"

    problem = send(api, table, status=400)

    assert problem["errors"][0]["pointer"] == "/file/3/parent"
    assert not Objective.objects.exists()


def test_somebody_elses_objective_is_not_overwritten(api: APIClient, user: User) -> None:
    an_objective(a_user(organization=user.organization), external_id="O-1")

    problem = send(api, TABLE, status=400)

    assert problem["errors"][0]["pointer"] == "/file/2/external_id"


def test_another_organizations_names_are_unknown(api: APIClient) -> None:
    stranger = a_user()
    team, cycle = a_team(stranger.organization), a_cycle(stranger.organization)
    table = f"title,type,owner,team,cycle\nGrow,objective,{stranger.email},{team.name},{cycle.name}\n"

    report = send(api, table, dry_run="true")

    assert sorted(one["column"] for one in report["errors"]) == ["cycle", "owner", "team"]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", b"\x00\x01", b"colour\nred\n"])
def test_what_is_no_table_is_a_problem(api: APIClient, content: bytes) -> None:
    problem = send(api, content, status=400)

    assert (problem["code"], problem["errors"][0]["pointer"]) == ("unreadable_file", "/file")


def test_a_missing_file_is_a_problem(api: APIClient) -> None:
    answer = api.post("/api/v1/objectives/import/", {}, format="multipart")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/file"


def rich_okrs(user: User) -> None:
    """Create objectives with everything a file can hold."""
    cycle, team = a_cycle(user.organization, name="Q1"), a_team(user.organization)
    top = an_objective(
        user,
        cycle=cycle,
        team=team,
        title="=Größer & „besser“",
        description="Two\nlines",
        context={"industry": "retail", "team_size": 5},
        external_id="T",
    )
    result = a_key_result(
        top, title="Anteil\tsteigt", baseline="-1.123456", target="12345678901.5", unit="€", owner=user
    )
    month_ago = timezone.now() - timedelta(days=30)
    a_check_in(result, "3.25", checked_in_at=month_ago, confidence=4, note="'=mid", external_id="C")
    a_check_in(result, "-0.5", confidence=0)
    a_key_result(
        top, title="Hold", direction="maintain", baseline=None, target="99.9", band="0.05", position=1
    )
    archive_key_result(a_key_result(top, title="Gone", position=2), by=Actor(user))
    an_objective(
        user,
        parent_key_result=result,
        status="closed",
        outcome="partial",
        closed_at=timezone.now(),
        score="0.65",
        score_reason="Late",
        learnings="Start earlier",
        commitment="aspirational",
        carried_from=top,
    )
    archive_objective(an_objective(user, parent_objective=top).pk, by=Actor(user))


def exported(organization: Organization, form: Format) -> bytes:
    """Export an organization's objectives, archived ones included."""
    rows = objectives_for_export(Objective.objects.filter(organization=organization))
    return render_okrs(records_of(rows), form).content


def everything(organization: Organization) -> dict[str, Any]:
    """Give all that an export tells, without the rubric's verdict: these rows were never assessed."""
    content = exported(organization, Format.JSON)
    found: dict[str, Any] = json.loads(content)
    for objective in found["objectives"]:
        del objective["quality"]
    return found


@pytest.mark.parametrize("form", [Format.JSON, Format.CSV, Format.XLSX])
def test_what_is_exported_is_imported_the_same(user: User, form: Format) -> None:
    rich_okrs(user)
    before = everything(user.organization)
    content = exported(user.organization, form)
    home = user.organization
    other = a_user()
    # The same people, team and cycle in another organization: nothing else can be known there.
    user.email = "old@example.com"
    user.save(update_fields=["email"])
    twin = a_user(organization=other.organization, email="ann@example.com")
    a_cycle(other.organization, name="Q1")
    team = a_team(other.organization)
    team.name = home.teams.get().name
    team.save(update_fields=["name"])

    report = import_objectives(content, user=twin)

    assert report.errors == ()
    assert everything(other.organization) == before


@pytest.mark.parametrize("form", [Format.JSON, Format.CSV, Format.XLSX])
def test_importing_ones_own_export_changes_nothing(user: User, form: Format) -> None:
    rich_okrs(user)
    content = exported(user.organization, form)
    events = ObjectiveEvent.objects.count()

    report = import_objectives(content, user=user)

    assert report.errors == ()
    assert {effect.value for effect, _ in report.counts} == {"unchanged"}
    assert ObjectiveEvent.objects.count() == events


@pytest.mark.parametrize("form", list(Format))
def test_objectives_are_exported_over_rest(api: APIClient, user: User, form: Format) -> None:
    a_key_result(an_objective(user, title="Mine"))
    an_objective(title="Theirs")

    answer = api.get("/api/v1/objectives/export/", {"format": form.value})

    assert answer.status_code == 200
    assert f'filename="okrs.{form.value}"' in answer["Content-Disposition"]
    assert b"Theirs" not in answer.content


def test_an_export_follows_the_filters(api: APIClient, user: User) -> None:
    an_objective(user, title="Draft", status="draft")
    an_objective(user, title="Running")

    answer = api.get("/api/v1/objectives/export/", {"format": "json", "status": "draft"})

    assert [one["title"] for one in json.loads(answer.content)["objectives"]] == ["Draft"]


def test_an_unknown_format_is_a_problem(api: APIClient) -> None:
    answer = api.get("/api/v1/objectives/export/", {"format": "docx"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "query:format"
