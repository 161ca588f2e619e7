"""Every place that keeps something is named here with how an erased person leaves it; a new one fails.

That they do leave is shown by `test_erasure_everywhere`, which searches every table and key for their words.
"""

import re
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CASCADE, Model

from conversations.models import Job, Session
from conversations.services.erasure import Receipt
from tests.integration.conversations.test_bounds import BOUNDS

ROOT: Final = Path(settings.BASE_DIR)
ACCOUNT = "points at the account, which names nobody any more"
WORK = "the organization's work; who did it is the account that names nobody"
OPERATOR = "what operators set for everybody; who did it is the account that names nobody"
NOBODY = "knows nobody"

# Deleted with the session or the job, which the database sees to; each has its line in the receipt.
WITH_SESSION = {
    "conversations_session": "sessions",
    "conversations_message": "messages",
    "conversations_job": "jobs",
    "conversations_transition": "transitions",
    "conversations_shadowrun": "shadow_runs",
    "conversations_cacheaudit": "cache_audits",
    "conversations_budgetreservation": "budget_reservations",
    "conversations_webhookdelivery": "webhook_deliveries",
    "conversations_intervention": "interventions",
    "conversations_idempotencyrecord": "idempotency_keys",
    "knowledge_suggestionfeedback": "suggestion_feedback",
}
# Deleted or blanked by name.
BY_NAME = {
    "knox_authtoken": "api_keys",
    "axes_accessattempt": "failed_logins",
    "axes_accesslog": "failed_logins",
    "axes_accessfailurelog": "failed_logins",
    "django_session": "browser_sessions",
    "django_admin_log": "admin_log_entries",
    "knowledge_checkin": "check_in_notes",
    "knowledge_checkinevent": "history_notes",
}
NOT_PERSONAL = {
    "knowledge_user": "stays, with no name, no address and no way in",
    "axes_accessattemptexpiration": "goes with its failed sign-in",
    "knowledge_user_groups": ACCOUNT,
    "knowledge_user_user_permissions": ACCOUNT,
    "knowledge_team_members": ACCOUNT,
    "pghistory_context": ACCOUNT,
    "conversations_cachefiring": "tags with the number of the account, and why an operator fired it",
    "conversations_budget": WORK,
    "conversations_budgetday": NOBODY,
    "conversations_webhookendpoint": WORK,
    "knowledge_organization": WORK,
    "knowledge_team": WORK,
    "knowledge_cycle": WORK,
    "knowledge_objective": WORK,
    "knowledge_keyresult": WORK,
    "knowledge_initiative": WORK,
    "knowledge_cycleevent": WORK,
    "knowledge_objectiveevent": WORK,
    "knowledge_keyresultevent": WORK,
    "knowledge_initiativeevent": WORK,
    "conversations_cacherule": OPERATOR,
    "conversations_experiment": "its assignments and observations are columns of the jobs",
    "conversations_variant": OPERATOR,
    "conversations_shadowplan": OPERATOR,
    "conversations_promptversion": OPERATOR,
    "conversations_promptlabel": OPERATOR,
    "conversations_promptpublication": OPERATOR,
    "conversations_routerule": OPERATOR,
    "knowledge_libraryentry": OPERATOR,
    "knowledge_libraryversion": OPERATOR,
    "auth_group": NOBODY,
    "auth_group_permissions": NOBODY,
    "auth_permission": NOBODY,
    "django_content_type": NOBODY,
    "django_celery_beat_solarschedule": NOBODY,
    "django_celery_beat_intervalschedule": NOBODY,
    "django_celery_beat_clockedschedule": NOBODY,
    "django_celery_beat_crontabschedule": NOBODY,
    "django_celery_beat_periodictasks": NOBODY,
    "django_celery_beat_periodictask": NOBODY,
}
# Which of the two servers does not matter; queues hold numbers of jobs and nothing else.
FAMILIES = {
    "okr:events:": "event_streams",
    "okr:cache:entry:": "cached_answers",
    "okr:cache:text:": "an answer being written; gone with its flight's lease, in seconds",
    "okr:cache:end:": "an answer just written, for those who wait for it; gone in seconds",
    "okr:cache:near:": "figures from which no word can be read; gone with its answer",
    "okr:cache:flight:": "who is being asked: a random number",
    "okr:cache:tag:": "numbers of accounts and objects, and how often each changed",
    "okr:cache:kin": NOBODY,
    "okr:cache:lru": NOBODY,
    "okr:cache:expiry": NOBODY,
    "okr:cache:stats": NOBODY,
    "okr:cache:knowledge:stats": NOBODY,
    "okr:guard:model:": NOBODY,
    "okr:guard:permits": NOBODY,
    "okr:guard:retries": NOBODY,
    "okr:pace:": "how many requests an address or a key made; gone in a minute",
    "okr:worker:": NOBODY,
    "okr:events-idle": "a channel: nothing is kept",
    "okr:job-ended": "a channel: nothing is kept",
    "okr:job-stop": "a channel: nothing is kept",
    "okr:org:": "a tag of the cache, not a key",
}
_IN_PYTHON = re.compile(r'"(okr:[a-z:-]+)')
_IN_LUA = re.compile(r"(?:prefix|ARGV\[1\]) \.\. '([a-z:-]+)'")


def test_every_table_has_a_word_about_erasure() -> None:
    tables = [*WITH_SESSION, *BY_NAME, *NOT_PERSONAL]

    assert len(tables) == len(set(tables))
    assert set(tables) == set(BOUNDS)


def test_every_family_of_keys_has_a_word_about_erasure() -> None:
    named = {
        found
        for app in ("conversations", "knowledge", "okrproject", "profiling")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        for found in _IN_PYTHON.findall(path.read_text())
    }
    for name in ("cache", "guard"):
        prefix = f"okr:{name}:"
        assert prefix in named
        named.discard(prefix)
        for path in (ROOT / "conversations" / name / "lua").glob("*.lua"):
            named |= {prefix + found for found in _IN_LUA.findall(path.read_text())}

    assert named == set(FAMILIES)


def test_every_line_of_the_receipt_is_of_a_store() -> None:
    # A part of the jobs, which the issue names by itself.
    lines = {one.name for one in fields(Receipt)} - {"job_timings"}
    stores = {*WITH_SESSION.values(), *BY_NAME.values()} | (set(FAMILIES.values()) & lines)

    assert stores == lines


@pytest.mark.parametrize("table", WITH_SESSION)
def test_what_goes_with_a_session_is_tied_to_it(table: str) -> None:
    # The last two are the person's before they are a session's, and are deleted by name as well.
    named = {"conversations_idempotencyrecord", "knowledge_suggestionfeedback"}

    assert table in gone_with(Session) | gone_with(Job) | named


def gone_with(model: type[Model]) -> set[str]:
    """Give the tables from which the database's references delete when a row of this one goes."""
    found, waiting = {model._meta.db_table}, [model]
    while waiting:
        goes = waiting.pop()
        for one in apps.get_models(include_auto_created=True):
            ties = [tie for tie in one._meta.fields if tie.remote_field and tie.related_model is goes]
            if one._meta.db_table not in found and any(
                getattr(tie.remote_field, "on_delete", None) is CASCADE for tie in ties
            ):
                found.add(one._meta.db_table)
                waiting.append(one)
    return found
