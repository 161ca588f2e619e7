"""The performance page: what it shows, and to whom."""

from itertools import pairwise

import pytest
from django.test import Client

from conversations.pipeline import steps
from conversations.values import JobStatus
from knowledge.models import User
from okrproject.dashboard import figures
from okrproject.dashboard.figures import Period, Scope
from tests.builders import a_job, a_session, a_user

pytestmark = pytest.mark.django_db
_TIMINGS = {steps.TOTAL: 1500.0, "steps": {steps.CALL_CLAUDE: 1490.0, steps.LOAD_SESSION: 2.0}}


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _answered(user: User | None = None, **fields: object) -> None:
    a_job(
        a_session(user),
        status=JobStatus.SUCCEEDED,
        **({"timings": _TIMINGS, "model": "claude-x", "cache": {"status": "miss"}} | fields),
    )


@pytest.mark.parametrize(
    "query", ["", "?period=24h", "?period=7d", "?period=30d", "?period=x&organization=y"]
)
def test_it_opens_for_every_period(query: str) -> None:
    _answered()
    client = _browser(a_user(is_staff=True, is_superuser=True))

    page = client.get("/admin/performance/" + query)

    assert page.status_code == 200
    text = page.content.decode()
    assert "1,500 ms" in text
    assert steps.CALL_CLAUDE in text
    assert "claude-x" in text
    assert 'data-type="line"' in text


def test_it_opens_without_a_single_job() -> None:
    assert _browser(a_user(is_staff=True, is_superuser=True)).get("/admin/performance/").status_code == 200


def test_jobs_without_timings_do_not_disturb_it() -> None:
    _answered(timings={}, cache={})

    text = _browser(a_user(is_staff=True, is_superuser=True)).get("/admin/performance/").content.decode()

    assert "Performance" in text


def test_staff_see_their_own_organization_only() -> None:
    owner, stranger = a_user(is_staff=True), a_user()
    _answered(stranger)
    query = f"?organization={stranger.organization_id}"

    page = _browser(owner).get("/admin/performance/" + query)

    assert page.context["headline"]["messages"] == "0"
    assert stranger.organization.name not in page.content.decode()


def test_others_are_sent_to_the_login() -> None:
    assert _browser(a_user()).get("/admin/performance/").status_code == 302


def test_figures_are_those_of_the_jobs() -> None:
    _answered()
    _answered(cache={"status": "hit"}, timings={steps.TOTAL: 10.0, "steps": {}})
    a_job(status=JobStatus.FAILED)

    found = figures.points(Scope(Period.MONTH, None))

    # Midnight and noon divide a month into stretches; usually one holds both messages.
    assert sum(one.messages for one in found) == sum(one.asked for one in found) == 2
    assert sum(one.hits for one in found) == 1
    assert sum((one.average_ms or 0) * one.messages for one in found) == pytest.approx(1510.0)
    assert [one.name for one in figures.steps(Scope(Period.HOUR, None))] == [
        steps.CALL_CLAUDE, steps.LOAD_SESSION,
    ]  # fmt: skip
    assert figures.slowest(Scope(Period.HOUR, None))[0].total_ms == 1500.0


def test_cost_and_latency_are_told_by_model() -> None:
    for ms, cost in ((1000.0, 1), (3000.0, 2)):
        timings = {steps.TOTAL: ms, "steps": {steps.CALL_CLAUDE: ms}}
        _answered(model="claude-strong", timings=timings, cost_usd=cost)
    _answered(model="claude-fast", timings={steps.TOTAL: 9.0, "steps": {}}, cache={"status": "hit"})

    page = _browser(a_user(is_staff=True, is_superuser=True)).get("/admin/performance/")

    rows = {row[1]: row[4:] for row in page.context["spent"]["rows"]}
    assert rows == {
        "claude-strong": ["$3.0000", "2,000 ms", "2,900 ms"],
        "claude-fast": ["$0.0000", "–", "–"],
    }


@pytest.mark.parametrize("period", list(Period))
def test_stretches_without_a_message_are_shown_as_such(period: Period) -> None:
    _answered()

    found = figures.points(Scope(period, None))

    assert len(found) == period.length // period.point + 1
    assert {later.at - earlier.at for earlier, later in pairwise(found)} == {period.point}
    assert sum(one.messages for one in found) == 1
