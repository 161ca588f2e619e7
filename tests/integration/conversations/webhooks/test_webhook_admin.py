"""Webhooks in the admin: the secret is shown once, and staff see their own organization's."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from conversations.models import WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import create_endpoint, ping
from knowledge.models import User
from tests.builders import a_user

pytestmark = pytest.mark.django_db
# How the page names its buttons.
PREFIX = "conversations_webhookendpoint"
URL = "https://hooks.example.com/okr"


@pytest.fixture
def operator() -> User:
    person = a_user(is_staff=True)
    models = ["webhookendpoint", "webhookdelivery"]
    person.user_permissions.set(Permission.objects.filter(content_type__model__in=models))
    return person


@pytest.fixture
def page(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def add(page: Client, operator: User, **fields: str) -> str:
    given = {"organization": str(operator.organization_id), "url": URL, "enabled": "on"} | fields
    answer = page.post(reverse("admin:conversations_webhookendpoint_add"), given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def address_of(row: WebhookEndpoint | WebhookDelivery, *, action: str = "change") -> str:
    return reverse(f"admin:conversations_{row._meta.model_name}_{action}", args=[row.pk])


def test_a_new_endpoint_shows_its_secret_once(page: Client, operator: User) -> None:
    shown = add(page, operator, events="job.failed")

    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown)
    endpoint = WebhookEndpoint.objects.get()
    assert secret is not None
    assert (endpoint.created_by, endpoint.events) == (operator, ["job.failed"])
    assert "whsec_" not in page.get(address_of(endpoint)).content.decode()


def test_an_address_inside_is_refused_on_the_form(page: Client, operator: User) -> None:
    assert "not a public address" in add(page, operator, url="https://10.0.0.7/hook")
    assert not WebhookEndpoint.objects.exists()


def test_the_secret_is_rotated_and_a_test_message_sent(page: Client, operator: User) -> None:
    add(page, operator)
    endpoint = WebhookEndpoint.objects.get()
    form = {"url": URL, "enabled": "on"}

    rotated = page.post(address_of(endpoint), form | {f"{PREFIX}_rotate": "1"}, follow=True).content.decode()
    tried = page.post(address_of(endpoint), form | {f"{PREFIX}_try_out": "1"}, follow=True).content.decode()

    assert "The new secret, shown only now: whsec_" in rotated
    assert str(WebhookDelivery.objects.get().pk) in tried
    assert WebhookEndpoint.objects.get().secret_salt != endpoint.secret_salt


def test_an_endpoint_is_changed_and_deleted(page: Client, operator: User) -> None:
    add(page, operator)
    endpoint = WebhookEndpoint.objects.get()

    page.post(address_of(endpoint), {"url": f"{URL}/2"})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.enabled) == (f"{URL}/2", False)

    page.post(address_of(endpoint, action="delete"), {"post": "yes"})
    assert not WebhookEndpoint.objects.exists()


def test_staff_see_nothing_of_other_organizations(page: Client) -> None:
    stranger = a_user()
    made = create_endpoint(organization=stranger.organization, url=URL, by=stranger)
    delivery = ping(made.endpoint)

    for row in (made.endpoint, delivery):
        listed = page.get(reverse(f"admin:conversations_{row._meta.model_name}_changelist")).content.decode()
        assert str(row.pk) not in listed
        assert page.get(address_of(row)).status_code == 302
    add(page, stranger, url=f"{URL}/2")
    assert WebhookEndpoint.objects.count() == 1


def test_a_delivery_shows_each_attempt(page: Client, operator: User) -> None:
    made = create_endpoint(organization=operator.organization, url=URL, by=operator)
    delivery = ping(made.endpoint)
    tries = [{"at": "2026-01-31T12:00:00", "status": 503, "error": "The receiver answered 503.", "ms": 12}]
    WebhookDelivery.objects.update(tries=tries)

    shown = page.get(address_of(delivery)).content.decode()

    assert "The receiver answered 503." in shown
    assert "12 ms" in shown
