"""What failed can be replayed, what runs stopped, what was not delivered sent again: with a reason."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import DeliveryState, Intervention, Job, WebhookDelivery
from conversations.services import cancel_jobs, redeliver_many, replay_jobs
from conversations.services import dead_letters as module
from conversations.services.dead_letters import ReasonMissingError
from conversations.services.webhooks import create_endpoint, ping
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    """Somebody who may change jobs and deliveries."""
    person = a_user(is_staff=True, email="operator@example.com")
    names = ["view_job", "change_job", "view_webhookdelivery", "change_webhookdelivery"]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return person


@pytest.fixture
def page(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def status_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).status


def test_failed_jobs_are_replayed_in_turn_and_the_reason_is_kept(operator: User) -> None:
    session = a_session()
    jobs = [a_job(session, status=JobStatus.FAILED) for _ in range(3)]

    outcome = replay_jobs(Job.objects.all(), by=operator, reason="The provider was down.")

    assert (outcome.done, outcome.refused, outcome.left) == (3, [], 0)
    turns = [Job.objects.get(pk=job.pk).turn for job in jobs]
    assert turns == sorted(turns)
    kept = Intervention.objects.filter(job=jobs[0]).get()
    assert (kept.kind, kept.reason, kept.error_code, kept.who) == (
        "replayed",
        "The provider was down.",
        "overloaded",
        operator,
    )


def test_what_did_not_fail_is_refused_and_leaves_no_trace(operator: User) -> None:
    job = a_job(status=JobStatus.SUCCEEDED)

    outcome = replay_jobs(Job.objects.all(), by=operator, reason="Why not.")

    assert outcome.done == 0
    assert "Only a failed or cancelled job" in outcome.refused[0]
    assert status_of(job) == JobStatus.SUCCEEDED
    assert not Intervention.objects.exists()


def test_open_jobs_are_cancelled_at_once(operator: User) -> None:
    jobs = [a_job(), a_job(), a_job(status=JobStatus.SUCCEEDED)]

    outcome = cancel_jobs(Job.objects.all(), by=operator, reason="A runaway script.")

    assert (outcome.done, len(outcome.refused)) == (2, 1)
    assert [status_of(job) for job in jobs] == ["cancelled", "cancelled", "succeeded"]


def test_more_than_one_request_can_do_is_left_for_the_next(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    for _ in range(5):
        a_job()

    assert cancel_jobs(Job.objects.filter(status="queued"), by=operator, reason="Stop.").left == 3
    assert Job.objects.filter(status="queued").count() == 3


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_nothing_is_done_without_a_reason(operator: User, reason: str) -> None:
    job = a_job(status=JobStatus.FAILED)

    with pytest.raises(ReasonMissingError):
        replay_jobs(Job.objects.all(), by=operator, reason=reason)

    assert status_of(job) == JobStatus.FAILED


@pytest.mark.parametrize("service", [replay_jobs, cancel_jobs, redeliver_many])
def test_nothing_is_done_without_the_right(service: object) -> None:
    rows = WebhookDelivery.objects.all() if service is redeliver_many else Job.objects.all()

    with pytest.raises(PermissionDenied):
        service(rows, by=a_user(is_staff=True), reason="I want to.")  # type: ignore[operator]  # one of three


def a_dead_delivery(person: User) -> WebhookDelivery:
    made = create_endpoint(organization=person.organization, url="https://hooks.example.com/", by=person)
    delivery = ping(made.endpoint)
    WebhookDelivery.objects.update(state=DeliveryState.DEAD, finished_at=timezone.now(), attempts=10)
    return delivery


def test_a_dead_webhook_is_sent_again(operator: User) -> None:
    delivery = a_dead_delivery(operator)

    outcome = redeliver_many(WebhookDelivery.objects.all(), by=operator, reason="They are back.")

    delivery.refresh_from_db()
    assert (outcome.done, delivery.state, delivery.attempts) == (1, "pending", 0)
    assert Intervention.objects.get().delivery == delivery


def test_the_page_lists_only_what_failed(page: Client, operator: User) -> None:
    failed, fine = (
        a_job(a_session(operator), status=JobStatus.FAILED),
        a_job(a_session(operator), status=JobStatus.SUCCEEDED),
    )

    shown = page.get(reverse("admin:conversations_deadletter_changelist")).content.decode()

    assert str(failed.pk)[:8] in shown
    assert str(fine.pk)[:8] not in shown


def test_the_page_asks_why_before_it_replays(page: Client, operator: User) -> None:
    job = a_job(a_session(operator), status=JobStatus.FAILED)
    address = reverse("admin:conversations_deadletter_changelist")
    chosen = {"action": "replay", "_selected_action": [str(job.pk)]}

    asked = page.post(address, chosen).content.decode()
    assert "Replay these jobs?" in asked
    assert status_of(job) == JobStatus.FAILED
    missing = page.post(address, chosen | {"confirmed": "1", "reason": " "}).content.decode()
    assert "Say why" in missing
    done = page.post(address, chosen | {"confirmed": "1", "reason": "Fixed."}, follow=True)
    assert "1 job(s) replayed." in done.content.decode()
    assert status_of(job) == JobStatus.QUEUED


def test_every_page_at_once_can_be_replayed(page: Client, operator: User) -> None:
    jobs = [a_job(a_session(operator), status=JobStatus.FAILED) for _ in range(120)]
    across = {"action": "replay", "_selected_action": [str(jobs[0].pk)], "select_across": "1"}
    address = reverse("admin:conversations_deadletter_changelist") + "?error_code=overloaded"

    asked = page.post(address, across).content.decode()
    page.post(address, across | {"confirmed": "1", "reason": "All of it."})

    assert "120 selected." in asked
    assert not Job.objects.filter(status=JobStatus.FAILED).exists()


def test_a_viewer_sees_and_cannot_replay() -> None:
    viewer = a_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_job"))
    browser, job = Client(), a_job(status=JobStatus.FAILED)
    browser.force_login(viewer)
    address = reverse("admin:conversations_deadletter_changelist")

    assert browser.get(address).status_code == 200
    browser.post(
        address,
        {"action": "replay", "_selected_action": [str(job.pk)], "confirmed": "1", "reason": "I want to."},
    )

    assert status_of(job) == JobStatus.FAILED


def test_a_job_tells_what_was_done_to_it_by_hand(page: Client, operator: User) -> None:
    job = a_job(a_session(operator), status=JobStatus.FAILED)
    replay_jobs(Job.objects.all(), by=operator, reason="The provider <b>was</b> down.")

    shown = page.get(reverse("admin:conversations_job_change", args=[job.pk])).content.decode()

    assert "The provider &lt;b&gt;was&lt;/b&gt; down." in shown
    assert "it had failed with overloaded" in shown
