"""The conversation pages of the admin: they open, and their actions go through the services."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries

from conversations.models import Job
from conversations.values import Draft, JobStatus, Phase
from knowledge.models import User
from tests.builders import a_job, a_message, a_session, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    """An administrator."""
    return a_user(is_staff=True, is_superuser=True, email="admin@example.com")


@pytest.fixture
def admin_page(staff: User) -> Client:
    """A browser in which the administrator is logged in."""
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.parametrize("page", ["session", "job"])
def test_the_lists_open_and_filter(admin_page: Client, page: str) -> None:
    a_job(status=JobStatus.FAILED)
    address = reverse(f"admin:conversations_{page}_changelist")

    for query in ("", "?age=1h", "?age=old", "?q=example", "?phase__exact=discovery"):
        assert admin_page.get(address + query).status_code == 200, query


def test_a_list_needs_few_queries_however_long_it_is(
    admin_page: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        a_job()

    with django_assert_max_num_queries(20):
        admin_page.get(reverse("admin:conversations_job_changelist"))


def test_a_session_shows_its_transcript_okr_and_jobs(admin_page: Client) -> None:
    session = a_session(phase=Phase.REFINEMENT, draft=Draft("Customers stay for years").as_json())
    a_job(session, status=JobStatus.SUCCEEDED, message=a_message(session, content="They <b>leave</b>"))

    page = admin_page.get(reverse("admin:conversations_session_change", args=[session.pk])).content.decode()

    assert "Customers stay for years" in page
    assert "They &lt;b&gt;leave&lt;/b&gt;" in page
    assert "What would change?" in page


def test_a_job_shows_where_its_time_went(admin_page: Client) -> None:
    steps = {"step_7_claude_api_call": 4_600.5, "step_1_load_session": 0.25}
    job = a_job(
        status=JobStatus.SUCCEEDED, timings={"conversation_processing_total": 4_601.0, "steps": steps}
    )

    page = admin_page.get(reverse("admin:conversations_job_change", args=[job.pk])).content.decode()

    assert page.index("step_1_load_session") < page.index("step_7_claude_api_call")
    assert "4600.500" in page
    assert 'name="_save"' not in page


def act(browser: Client, action: str, *jobs: Job) -> str:
    confirmed = {"confirmed": "1", "reason": "A try"}
    response = browser.post(
        reverse("admin:conversations_job_changelist"),
        confirmed | {"action": action, "_selected_action": [str(job.pk) for job in jobs]},
        follow=True,
    )
    assert response.status_code == 200
    return response.content.decode()


def test_failed_jobs_are_retried(admin_page: Client) -> None:
    job = a_job(status=JobStatus.FAILED)

    act(admin_page, "retry_jobs", job)

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.QUEUED, "")


def test_waiting_jobs_are_cancelled_and_ended_ones_are_not(admin_page: Client) -> None:
    waiting, ended = a_job(), a_job(status=JobStatus.SUCCEEDED)

    page = act(admin_page, "cancel_jobs", waiting, ended)

    waiting.refresh_from_db()
    ended.refresh_from_db()
    assert (waiting.status, ended.status) == (JobStatus.CANCELLED, JobStatus.SUCCEEDED)
    assert "never overwritten" in page


def test_whoever_may_only_look_has_no_actions() -> None:
    viewer = a_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_job"))
    browser, job = Client(), a_job()
    browser.force_login(viewer)

    act(browser, "cancel_jobs", job)

    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED


def test_a_new_key_is_shown_once_and_works(admin_page: Client, staff: User) -> None:
    response = admin_page.post(reverse("admin:knox_authtoken_add"), {"user": str(staff.pk)}, follow=True)

    shown = response.content.decode().split("The new key, shown only now: ")[1].split("<")[0].strip()
    assert AuthToken.objects.get().user == staff
    answer = Client().get("/api/v1/sessions/", headers={"authorization": f"Bearer {shown}"})
    assert answer.status_code == 200
    assert shown not in admin_page.get(reverse("admin:knox_authtoken_changelist")).content.decode()


@pytest.mark.parametrize("page", ["session", "job"])
def test_nothing_is_added_or_deleted_by_hand(admin_page: Client, page: str) -> None:
    job = a_job()
    target = job.pk if page == "job" else job.session_id

    assert admin_page.get(reverse(f"admin:conversations_{page}_add")).status_code == 403
    assert admin_page.post(reverse(f"admin:conversations_{page}_delete", args=[target])).status_code == 403
