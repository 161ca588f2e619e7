"""After an erasure no table and no key of Redis holds the person's words or address any more."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.test import Client
from django.utils import timezone
from redis import Redis

from conversations.cache.live import live_cache
from conversations.events.log import key_of
from conversations.llm.scripted import ScriptedClaude
from conversations.models import (
    BudgetReservation,
    CacheAudit,
    IdempotencyRecord,
    Intervention,
    Job,
    ShadowPlan,
    ShadowRun,
    Transition,
)
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services import cancel, erase_person
from conversations.services.webhooks import create_endpoint
from conversations.values import JobStatus
from knowledge.models import CheckIn, User
from tests.builders import a_job, a_message, a_session, a_user, an_api_key
from tests.experiment_builders import a_version
from tests.okr_builders import a_key_result, an_objective

pytestmark = pytest.mark.django_db

WORD = "zebrafinch"
EMAIL = f"ada.{WORD}@example.com"


@pytest.fixture
def person() -> User:
    return a_user(email=EMAIL, first_name=WORD, last_name=WORD)


def tables_with(text: str) -> list[str]:
    """Search every column of every table, as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        found = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{name}" AS one WHERE one::text ILIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def contents(redis: Redis) -> Iterator[tuple[str, bytes]]:
    """Give every key with all that is in it, whatever its type."""
    for key in redis.scan_iter(count=500):
        held: object
        match redis.type(key):
            case b"hash":
                held = redis.hgetall(key)
            case b"zset":
                held = redis.zrange(key, 0, -1)
            case b"set":
                held = redis.smembers(key)
            case b"list":
                held = redis.lrange(key, 0, -1)
            case b"stream":
                held = redis.xrange(key)
            case _:
                held = redis.get(key)
        yield str(key), repr(held).encode()


def keys_with(text: str, *servers: Redis) -> list[str]:
    """Give the keys that know a text, but not those of a call's end, which followers need for seconds."""
    return [
        key
        for server in servers
        for key, content in contents(server)
        if (text in key.lower() or text.encode() in content.lower()) and "okr:cache:end:" not in key
    ]


def leave_traces(person: User, ports: Ports, claude: ScriptedClaude, broker: Redis) -> None:
    """Have the person do everything that leaves something somewhere."""
    create_endpoint(organization=person.organization, url="https://hooks.example.com/", by=person)
    session = a_session(
        person, title=f"About {WORD}", context={"industry": WORD}, draft={"objective": f"More {WORD}"}
    )
    job = a_job(session, message=a_message(session, content=f"We love {WORD}."))
    claude.will_say(f"What would change for {WORD}?")
    run_job(job.pk, replace(ports, answers=live_cache()))
    CacheAudit.objects.create(job=job, like=session, similarity=0.9, difference=f"{WORD} differs.")
    Transition.objects.create(session=session, from_phase="discovery", to_phase="refinement", trigger=WORD)
    plan = ShadowPlan.objects.create(name="A candidate", prompt=a_version(), enabled=False)
    ShadowRun.objects.create(plan=plan, job=job, reply=f"And {WORD}?")
    BudgetReservation.objects.create(
        job=job,
        organization=person.organization,
        day=timezone.now().date(),
        epoch=1,
        amount_usd=1,
        expires_at=timezone.now(),
    )
    broken = a_job(session, status=JobStatus.FAILED, partial_text=WORD, error_message=f"{WORD}?")
    cancel(a_job(session, message=a_message(session, content=WORD)))
    Intervention.objects.create(kind="replayed", job=broken, reason=f"{EMAIL} asked for it.", who=None)
    IdempotencyRecord.objects.create(
        user=person, organization=person.organization, key=f"{WORD}-1", fingerprint="f", job=job
    )
    broker.xadd(key_of(job.pk), {"b": WORD.encode()})
    an_api_key(person)
    Client().force_login(person)
    AccessAttempt.objects.create(username=EMAIL, ip_address="127.0.0.1", failures_since_start=1)
    for about, repr_ in ((person, EMAIL), (session, session.title)):
        LogEntry.objects.create(
            user=a_user(is_staff=True),
            content_type=ContentType.objects.get_for_model(about),
            object_id=str(about.pk),
            object_repr=repr_,
            action_flag=CHANGE,
            change_message=f"Changed for {EMAIL}.",
        )
    result = a_key_result(an_objective(person))
    CheckIn.objects.create(
        organization=person.organization, key_result=result, author=person, value=3, note=f"{WORD} sang."
    )


def test_no_table_and_no_key_knows_the_person(
    person: User, ports: Ports, claude: ScriptedClaude, broker: Redis, cache_server: Redis
) -> None:
    leave_traces(person, ports, claude, broker)
    assert {"conversations_message", "knowledge_user", "knowledge_checkinevent"} <= set(tables_with(WORD))
    assert len(keys_with(WORD, broker, cache_server)) >= 2

    receipt = erase_person(person)

    assert tables_with(WORD) == []
    assert keys_with(WORD, broker, cache_server) == []
    assert not any(
        one.get_decoded().get("_auth_user_id") == str(person.pk) for one in BrowserSession.objects.all()
    )
    assert not Job.objects.exists()
    assert receipt.webhook_deliveries == 2
    assert (receipt.sessions, receipt.jobs, receipt.job_timings) == (1, 3, 1)
    assert (receipt.cache_audits, receipt.shadow_runs, receipt.budget_reservations) == (1, 1, 1)
    assert receipt.transitions >= 1
    assert (receipt.interventions, receipt.admin_log_entries, receipt.failed_logins) == (1, 2, 1)
    assert (receipt.browser_sessions, receipt.api_keys, receipt.idempotency_keys) == (1, 1, 1)
    assert (receipt.check_in_notes, receipt.history_notes) == (1, 1)
    assert receipt.event_streams is not None
    assert receipt.event_streams >= 1
    assert receipt.cached_answers == 1


def test_a_second_erasure_finds_nothing(
    person: User, ports: Ports, claude: ScriptedClaude, broker: Redis, cache_server: Redis
) -> None:
    leave_traces(person, ports, claude, broker)
    erase_person(person)

    again = erase_person(person)

    assert all(line.endswith(": 0") for line in again.lines()), again.lines()
