"""Nothing grows without a bound: every table is named here with what bounds it."""

import pytest
from django.apps import apps
from django.core.management import call_command

SWEPT = "swept by age"
WITH_SESSION = "goes with its session"
WITH_ATTEMPT = "goes with its failed sign-in"
UNUSED = "stays empty: its feature is off"
BY_HAND = "as many as people make by hand"
FIXED = "as many as the code knows"
HISTORY = "one row for each edit by a person, kept as the record of it"

BOUNDS = {
    "conversations_session": SWEPT,
    "conversations_idempotencyrecord": SWEPT,
    "conversations_cachefiring": SWEPT,
    "conversations_webhookdelivery": SWEPT,
    "knowledge_suggestionfeedback": SWEPT,
    "knox_authtoken": SWEPT,
    "django_session": SWEPT,
    "django_admin_log": SWEPT,
    "axes_accessattempt": SWEPT,
    "axes_accessattemptexpiration": WITH_ATTEMPT,
    "axes_accesslog": UNUSED,
    "axes_accessfailurelog": UNUSED,
    "conversations_budgetday": SWEPT,
    "conversations_budgetreservation": "one for each call under way",
    "conversations_budget": BY_HAND,
    "conversations_job": WITH_SESSION,
    "conversations_message": WITH_SESSION,
    "conversations_intervention": "goes with its job or its webhook delivery",
    "conversations_transition": WITH_SESSION,
    "conversations_cacheaudit": WITH_SESSION,
    "conversations_shadowplan": BY_HAND,
    "conversations_shadowrun": SWEPT,
    "conversations_experiment": BY_HAND,
    "conversations_variant": BY_HAND,
    "conversations_cacherule": BY_HAND,
    "conversations_promptversion": BY_HAND,
    "conversations_promptlabel": FIXED,
    "conversations_promptpublication": HISTORY,
    "conversations_routerule": BY_HAND,
    "conversations_webhookendpoint": BY_HAND,
    "auth_group": BY_HAND,
    "auth_group_permissions": BY_HAND,
    "knowledge_organization": BY_HAND,
    "knowledge_user": BY_HAND,
    "knowledge_user_groups": BY_HAND,
    "knowledge_user_user_permissions": BY_HAND,
    "knowledge_team": BY_HAND,
    "knowledge_team_members": BY_HAND,
    "knowledge_cycle": BY_HAND,
    "knowledge_objective": BY_HAND,
    "knowledge_keyresult": BY_HAND,
    "knowledge_checkin": BY_HAND,
    "knowledge_initiative": BY_HAND,
    "knowledge_libraryentry": BY_HAND,
    "knowledge_libraryversion": HISTORY,
    "knowledge_cycleevent": HISTORY,
    "knowledge_objectiveevent": HISTORY,
    "knowledge_keyresultevent": HISTORY,
    "knowledge_checkinevent": HISTORY,
    "knowledge_initiativeevent": HISTORY,
    "pghistory_context": HISTORY,
    "auth_permission": FIXED,
    "django_content_type": FIXED,
    "django_celery_beat_solarschedule": FIXED,
    "django_celery_beat_intervalschedule": FIXED,
    "django_celery_beat_clockedschedule": FIXED,
    "django_celery_beat_crontabschedule": FIXED,
    "django_celery_beat_periodictasks": FIXED,
    "django_celery_beat_periodictask": FIXED,
}


def test_every_table_has_a_bound() -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        # Without a table of their own: views of other tables.
        if model._meta.managed and not model._meta.proxy
    }

    assert tables == set(BOUNDS)


@pytest.mark.django_db
def test_a_sweep_of_everything_ends(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retention")

    said = capsys.readouterr().out
    assert said.count(",") == 12
