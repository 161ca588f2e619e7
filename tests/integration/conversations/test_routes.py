"""Which model is asked, as rows say, and who stands in for it."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from redis import Redis

from conversations.errors import OverloadedError
from conversations.llm.route import Route, RouteTraits
from conversations.llm.scripted import ScriptedClaude
from conversations.models import RouteRule
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.routing import ROUTES, RouteBook
from conversations.strategies import StrategyName
from conversations.values import JobStatus, MessageKind, Phase, Step
from tests.builders import a_job, a_message, a_session, a_user
from tests.integration.conversations.cache.conftest import a_cache

pytestmark = pytest.mark.django_db
STRONG, FAST = settings.CLAUDE_MODEL, settings.CLAUDE_FAST_MODEL


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "send_next", lambda session_id: None)


@pytest.fixture
def _shipped() -> None:
    RouteRule.objects.all().delete()
    import_module("conversations.migrations.0006_default_routes").create(apps, None)


def the_route(phase: Phase, **traits: object) -> Route:
    """The route at one point of a conversation, by a book that has just read the rows."""
    strategy = StrategyName.DIRECT_COACHING
    return RouteBook().route_for(RouteTraits(**({"phase": phase, "strategy": strategy} | traits)))  # type: ignore[arg-type]  # a test's own traits


@pytest.mark.usefixtures("_shipped")
def test_as_shipped_the_fast_model_takes_small_talk_and_yeses_and_the_strong_one_the_rest() -> None:
    assert the_route(Phase.REFINEMENT, kind=MessageKind.SMALL_TALK).model == FAST
    assert the_route(Phase.VALIDATION, kind=MessageKind.PLAIN_YES).model == FAST
    assert the_route(Phase.COMPLETED).model == FAST
    assert {the_route(phase).model for phase in Phase if phase is not Phase.COMPLETED} == {STRONG}
    assert the_route(Phase.VALIDATION).fallbacks == (FAST,)
    assert (the_route(Phase.DISCOVERY).effort, the_route(Phase.VALIDATION).effort) == ("low", "medium")


def test_where_no_rule_fits_the_strong_model_answers() -> None:
    RouteRule.objects.all().delete()

    assert the_route(Phase.DISCOVERY) == Route("", STRONG, settings.CLAUDE_MAX_TOKENS)


def test_the_first_rule_that_fits_decides() -> None:
    RouteRule.objects.all().delete()
    RouteRule.objects.create(name="Later", position=2, model="strong")
    RouteRule.objects.create(name="Off", position=0, model="fast", enabled=False)
    RouteRule.objects.create(
        name="Bulk", position=1, step=Step.BULK, model="claude-haiku-4-5", max_tokens=512
    )

    assert the_route(Phase.DISCOVERY).rule == "Later"
    assert the_route(Phase.DISCOVERY, step=Step.BULK) == Route("Bulk", "claude-haiku-4-5", 512)


def test_a_changed_rule_is_heard_at_once_in_the_process_that_changed_it() -> None:
    RouteRule.objects.all().delete()
    rule = RouteRule.objects.create(name="All", model="strong")
    traits = RouteTraits(Phase.DISCOVERY, StrategyName.DIRECT_COACHING)
    ROUTES.forget()
    before = ROUTES.route_for(traits).model
    rule.model = "fast"
    rule.save()

    assert (before, ROUTES.route_for(traits).model) == (STRONG, FAST)
    ROUTES.forget()


@pytest.mark.usefixtures("_shipped")
def test_a_job_keeps_the_route_it_took(ports: Ports, claude: ScriptedClaude) -> None:
    session = a_session()
    job = a_job(message=a_message(session, content="Thanks a lot!"))
    claude.will_say("With pleasure.")

    run_job(job.pk, replace(ports, route_for=RouteBook().route_for))

    job.refresh_from_db()
    assert (job.model, claude.requests[0].max_tokens) == (FAST, 1536)
    assert job.route == {
        "rule": "Small talk",
        "model": FAST,
        "fallbacks": [STRONG],
        "effort": "",
        "max_tokens": 1536,
        "failed": [],
    }


@pytest.mark.usefixtures("_shipped")
def test_a_stand_in_is_recorded_and_its_answer_is_not_kept_as_the_primarys(
    ports: Ports, claude: ScriptedClaude, cache_server: Redis
) -> None:
    user, text = a_user(), "We lose a third of our trial users."
    first, second = (a_job(message=a_message(a_session(user), content=text)) for _ in range(2))
    claude.will_fail(OverloadedError())
    claude.will_say("From the stand-in.")
    claude.will_say("From the primary.")
    outside = replace(ports, route_for=RouteBook().route_for, answers=a_cache())

    run_job(first.pk, outside)
    run_job(second.pk, outside)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.model) == (JobStatus.SUCCEEDED, FAST)
    assert first.route is not None
    assert (first.route["model"], first.route["failed"]) == (STRONG, [STRONG])
    assert (second.model, second.cache["status"]) == (STRONG, "miss")
    assert [one.model for one in claude.requests] == [STRONG, FAST, STRONG]
