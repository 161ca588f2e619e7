"""Every statement on a message's way, and every list of conversations, uses an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job, Session
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.reaper import reap
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user, an_api_key
from tests.plans import scanned

pytestmark = pytest.mark.django_db

SESSIONS, TURNS = 10_000, 10
ROWS = SESSIONS * TURNS
TABLES = ("conversations_session", "conversations_message", "conversations_job", "conversations_transition")
_SESSIONS = """
    INSERT INTO conversations_session
    SELECT copy.* FROM conversations_session s, generate_series(1, %s) n,
        LATERAL jsonb_populate_record(s, jsonb_build_object(
            'id', gen_random_uuid(), 'title', 'Session ' || n,
            'created_at', now() - n * interval '1 minute', 'updated_at', now() - n * interval '1 minute'
        )) copy
    WHERE s.id = %s
"""
_MESSAGES = """
    INSERT INTO conversations_message (
        id, organization_id, session_id, turn, role, content, model, stop_reason, created_at
    )
    SELECT gen_random_uuid(), s.organization_id, s.id, n, 'user', 'Message ' || n, '', '', s.created_at
    FROM conversations_session s, generate_series(100, %s) n
"""
_JOBS = """
    INSERT INTO conversations_job
    SELECT copy.* FROM conversations_job j, conversations_message m,
        LATERAL jsonb_populate_record(j, jsonb_build_object(
            'id', gen_random_uuid(), 'session_id', m.session_id, 'message_id', m.id, 'turn', m.turn,
            'created_at', m.created_at, 'finished_at', m.created_at
        )) copy
    WHERE j.id = %s AND m.id <> j.message_id
"""


@pytest.fixture
def user() -> User:
    """Somebody with a session of their own among ten thousand."""
    return a_user()


@pytest.fixture
def session(user: User) -> Session:
    """One session among ten thousand others, with a hundred thousand messages and jobs."""
    pattern = a_job(a_session(a_user()), status=JobStatus.FAILED, error_code="provider_down")
    with connection.cursor() as cursor:
        # History and keys of generated rows would only slow this down.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_SESSIONS, [SESSIONS, pattern.session_id])
        cursor.execute(_MESSAGES, [99 + TURNS])
        cursor.execute(_JOBS, [pattern.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    mine = a_session(user)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    return mine


@pytest.fixture
def api(user: User) -> APIClient:
    """That person's client."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return client


def read_whole(captured: CaptureQueriesContext) -> dict[str, list[str]]:
    """Give every captured statement that reads a whole table, with the table."""
    found: dict[str, list[str]] = {}
    for query in captured.captured_queries:
        sql = query["sql"]
        if sql.lstrip("(").split(" ", 1)[0].upper() in ("SELECT", "UPDATE", "DELETE", "WITH"):
            tables = scanned(sql, TABLES)
            if tables:
                found[sql] = tables
    return found


def test_no_statement_and_no_list_reads_a_whole_table(
    api: APIClient, session: Session, ports: Ports, claude: ScriptedClaude
) -> None:
    assert Job.objects.count() >= ROWS
    claude.will_say("What would change for them?")
    lists = ["", "?phase=discovery", "?updated_after=2026-01-01T00:00:00Z", "?search=Session"]
    paths = [f"sessions/{end}" for end in lists]
    paths += [f"sessions/{session.pk}/{end}" for end in ("", "messages/", "okr/")]

    with CaptureQueriesContext(connection) as captured:
        answer = api.post(
            f"/api/v1/sessions/{session.pk}/messages/", {"content": "Keep more customers."}, format="json"
        )
        run_job(answer.json()["id"], ports)
        done = api.get(f"/api/v1/jobs/{answer.json()['id']}/")
        refused = [path for path in paths if api.get(f"/api/v1/{path}").status_code != 200]
        reap()

    assert (done.json()["status"], refused) == ("succeeded", [])
    assert len(captured) > 20
    assert read_whole(captured) == {}
