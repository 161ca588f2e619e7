"""Every list query of OKRs uses an index on a hundred thousand rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from knowledge.models import Objective, User
from tests.builders import a_user, an_api_key
from tests.okr_builders import a_cycle, a_team
from tests.plans import scanned

pytestmark = pytest.mark.django_db

ROWS = 100_000
TABLES = ("knowledge_objective", "knowledge_keyresult", "knowledge_checkin", "knowledge_cycle")


@pytest.fixture
def user() -> User:
    """A person of an organization that owns half of a hundred thousand objectives."""
    return a_user()


@pytest.fixture
def api(user: User) -> APIClient:
    """That person's client, before a full database."""
    other = a_user()
    cycle, team = a_cycle(user.organization), a_team(user.organization)
    with connection.cursor() as cursor:
        # History of generated rows would only slow this down.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_OBJECTIVES, [user.organization_id, other.organization_id, user.pk, other.pk, ROWS])
        cursor.execute(_KEY_RESULTS)
        cursor.execute(_CHECK_INS)
        cursor.execute(
            "UPDATE knowledge_objective SET cycle_id = %s, team_id = %s "
            "WHERE owner_id = %s AND title LIKE '%%00'",
            [cycle.pk, team.pk, user.pk],
        )
        cursor.execute(_CYCLES, [user.organization_id])
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return client


_OBJECTIVES = """
    INSERT INTO knowledge_objective (
        id, organization_id, owner_id, title, description, status, outcome, commitment, context,
        score_reason, learnings, external_id, created_at, updated_at, quality
    )
    SELECT gen_random_uuid(), CASE n %% 2 WHEN 0 THEN one.home ELSE one.away END,
        CASE n %% 2 WHEN 0 THEN one.owner ELSE one.stranger END,
        'Objective ' || n, '', (ARRAY['draft', 'active', 'in_review'])[1 + n %% 3], '', 'committed', '{}',
        '', '', 'X-' || n, now() - n * interval '1 minute', now() - n * interval '1 minute', n %% 100
    FROM (SELECT %s::uuid home, %s::uuid away, %s::uuid owner, %s::uuid stranger) one,
        generate_series(1, %s) n
"""
_KEY_RESULTS = """
    INSERT INTO knowledge_keyresult (
        id, organization_id, objective_id, position, title, kind, direction, baseline, target, unit, weight,
        data_source, score_reason, external_id, created_at, updated_at, current_value, checked_in_at
    )
    SELECT gen_random_uuid(), organization_id, id, 0, title, 'metric', 'increase', 0, 100, '', 1,
        '', '', '', created_at, updated_at, 50, created_at
    FROM knowledge_objective
"""
_CHECK_INS = """
    INSERT INTO knowledge_checkin (
        id, organization_id, key_result_id, author_id, value, note, external_id, checked_in_at, created_at
    )
    SELECT gen_random_uuid(), k.organization_id, k.id, o.owner_id, 50, '', '', k.created_at, k.created_at
    FROM knowledge_keyresult k JOIN knowledge_objective o ON o.id = k.objective_id
"""
_CYCLES = """
    INSERT INTO knowledge_cycle (
        id, organization_id, name, status, starts_on, ends_on, learnings, created_at, updated_at
    )
    SELECT gen_random_uuid(), %s, 'Cycle ' || n, 'planning', '2026-01-01', '2026-03-31', '', now(), now()
    FROM generate_series(1, 5000) n
"""


def test_every_list_uses_an_index(api: APIClient, user: User) -> None:
    one = Objective.objects.filter(owner=user, cycle__isnull=False).select_related("cycle", "team")[0]
    lists = [
        "objectives/",
        f"objectives/?cycle={one.cycle_id}",
        f"objectives/?team={one.team_id}",
        f"objectives/?owner={user.pk}",
        "objectives/?status=draft",
        "objectives/?stale=true",
        f"objectives/?parent={one.pk}",
        "objectives/?external_id=X-4",
        "objectives/?quality_below=40",
        "objectives/?search=Objective",
        f"objectives/{one.pk}/",
        "key-results/",
        f"key-results/?objective={one.pk}",
        "check-ins/",
        f"check-ins/?key_result={one.key_results.get().pk}",
        "cycles/",
    ]

    whole: dict[str, list[str]] = {}
    for path in lists:
        with CaptureQueriesContext(connection) as captured:
            assert api.get(f"/api/v1/{path}").status_code == 200
        queries = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
        read = [table for sql in queries if "knowledge_" in sql for table in scanned(sql, TABLES)]
        if read:
            whole[path] = read

    assert whole == {}
