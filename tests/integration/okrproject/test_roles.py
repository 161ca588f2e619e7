"""Staff see and do what their role is for, in their own organization; a new page needs an expectation."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client, RequestFactory
from django.utils import timezone

from conversations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import create_endpoint, ping
from knowledge.models import Organization, User
from okrproject.roles import ROLES, ensure_roles
from tests.builders import a_job, a_session, a_user, an_api_key, an_organization
from tests.okr_builders import a_team, an_objective

pytestmark = pytest.mark.django_db
NONE = ("", "", "")
#: What viewer, coach manager and operator may do with each model of the admin:
#: v(iew), a(dd), c(hange), d(elete).
EXPECTED = {
    "knowledge.Cycle": ("v", "vac", ""),
    "knowledge.Objective": ("v", "vac", ""),
    "knowledge.KeyResult": ("v", "v", ""),
    "knowledge.CheckIn": ("v", "v", ""),
    "knowledge.Initiative": ("v", "v", ""),
    "knowledge.LibraryEntry": ("v", "vac", ""),
    "knowledge.SuggestionFeedback": ("", "v", ""),
    "conversations.Session": ("", "v", ""),
    "conversations.Job": ("", "v", "vc"),
    "conversations.DeadLetter": ("", "v", "vc"),
    "conversations.CacheRule": ("", "", "vc"),
    "conversations.CacheFiring": ("", "", "vc"),
    "conversations.CacheAudit": NONE,
    "conversations.RouteRule": NONE,
    "conversations.PromptVersion": NONE,
    "conversations.PromptPublication": NONE,
    "conversations.Experiment": NONE,
    "conversations.ShadowPlan": NONE,
    "conversations.ShadowRun": NONE,
    "conversations.Budget": NONE,
    "conversations.BudgetDay": NONE,
    "conversations.WebhookEndpoint": ("", "", "v"),
    "conversations.WebhookDelivery": ("", "", "vc"),
    "knox.AuthToken": NONE,
    "auth.Group": NONE,
    "knowledge.User": NONE,
    "knowledge.Team": NONE,
    "knowledge.Organization": NONE,
    "django_celery_beat.PeriodicTask": NONE,
    "django_celery_beat.IntervalSchedule": NONE,
    "django_celery_beat.CrontabSchedule": NONE,
    "django_celery_beat.SolarSchedule": NONE,
    "django_celery_beat.ClockedSchedule": NONE,
}


@pytest.fixture
def members() -> dict[str, User]:
    """Somebody of each role, and all of the admin's pages."""
    admin.autodiscover()
    ensure_roles()
    found = {}
    for name in ROLES:
        found[name] = a_user(is_staff=True)
        found[name].groups.add(Group.objects.get(name=name))
    return found


def rights(page: "admin.ModelAdmin[Model]", person: User) -> str:
    request = RequestFactory().get("/admin/")
    request.user = person
    asked = {
        "v": page.has_view_permission(request),
        "a": page.has_add_permission(request),
        "c": page.has_change_permission(request),
        "d": page.has_delete_permission(request),
    }
    return "".join(letter for letter, granted in asked.items() if granted)


def test_each_role_may_do_what_its_work_needs_and_no_more(members: dict[str, User]) -> None:
    found = {
        model._meta.label: tuple(rights(page, members[name]) for name in ROLES)
        for model, page in admin.site._registry.items()
    }

    assert found == EXPECTED


def test_making_the_roles_again_takes_back_what_was_added(members: dict[str, User]) -> None:
    group = Group.objects.get(name="viewer")
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.clear()

    ensure_roles()
    ensure_roles()

    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert group.user_set.get() == members["viewer"]


def test_staff_without_a_role_see_nothing() -> None:
    client = Client()
    client.force_login(a_user(is_staff=True))

    assert client.get("/admin/conversations/job/").status_code == 403


def test_an_operator_sends_a_dead_letter_again_but_not_to_another_address(members: dict[str, User]) -> None:
    operator = members["operator"]
    dead, away = _dead_letter(operator.organization), _dead_letter(an_organization())
    client = Client()
    client.force_login(operator)

    answer = client.post(
        "/admin/conversations/webhookdelivery/",
        {
            "action": "redeliver",
            "_selected_action": [dead.pk, away.pk],
            "confirmed": "yes",
            "reason": "It is up again.",
        },
    )
    moved = client.post(
        f"/admin/conversations/webhookendpoint/{dead.endpoint_id}/change/", {"url": "https://x.example.com/"}
    )

    dead.refresh_from_db()
    away.refresh_from_db()
    assert (answer.status_code, moved.status_code) == (302, 403)
    assert (dead.state, away.state) == (DeliveryState.PENDING, DeliveryState.DEAD)
    assert dead.interventions.get().reason == "It is up again."


def test_the_menu_leads_to_every_page_that_a_person_may_see(members: dict[str, User]) -> None:
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    everything = client.get("/admin/performance/").content.decode()
    client.force_login(members["operator"])
    operators = client.get("/admin/performance/").content.decode()
    lists = {
        label: f'href="/admin/{label.lower().replace(".", "/")}/"'
        for label in EXPECTED
        if "Schedule" not in label
    }

    assert [label for label, link in lists.items() if link not in everything] == []
    assert [label for label, link in lists.items() if link in operators] == [
        label for label in lists if "v" in EXPECTED[label][2]
    ]


@pytest.mark.parametrize(
    "page",
    [
        "conversations/session",
        "conversations/job",
        "conversations/webhookendpoint",
        "conversations/webhookdelivery",
        "knox/authtoken",
        "knowledge/user",
        "knowledge/team",
    ],
)
def test_even_with_every_right_staff_see_their_own_organization_alone(page: str) -> None:
    away = a_user(email="away@example.com")
    a_job(a_session(away, title="Away"))
    an_api_key(away)
    an_objective(away, team=a_team(away.organization))
    _dead_letter(away.organization, url="https://away@example.com/")
    person = a_user(is_staff=True)
    person.user_permissions.set(_every_right())
    client = Client()
    client.force_login(person)

    answer = client.get(f"/admin/{page}/")

    assert answer.status_code == 200
    assert "away@example.com" not in answer.content.decode()
    assert away.organization.name not in answer.content.decode()


def test_nobody_but_a_superuser_gives_rights() -> None:
    person = a_user(is_staff=True)
    person.user_permissions.set(_every_right())
    client = Client()
    client.force_login(person)

    client.post(f"/admin/knowledge/user/{person.pk}/change/", {"email": person.email, "is_superuser": "on"})

    person.refresh_from_db()
    assert not person.is_superuser


def _dead_letter(organization: Organization, url: str = "https://hooks.example.com/") -> WebhookDelivery:
    endpoint = create_endpoint(organization=organization, url="https://hooks.example.com/", by=None).endpoint
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=url)
    delivery = ping(endpoint)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DEAD, finished_at=timezone.now()
    )
    return delivery


def _every_right() -> list[int]:
    return list(Permission.objects.values_list("pk", flat=True))
