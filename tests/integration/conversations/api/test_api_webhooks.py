"""Webhook endpoints over the API: the secret is shown once, and only one's own are to be seen."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from rest_framework.test import APIClient

from conversations.models import WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import MOST_ENDPOINTS, create_endpoint, ping
from knowledge.models import User
from tests.builders import a_user
from tests.integration.conversations.api.conftest import ClientOf

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/okr"


@pytest.fixture
def operator(user: User) -> User:
    """A person who may manage webhooks."""
    user.user_permissions.set(Permission.objects.filter(content_type__model="webhookendpoint"))
    return user


@pytest.fixture
def client(operator: User, client_of: ClientOf) -> APIClient:
    return client_of(operator)


def post(client: APIClient, path: str = "", **body: Any) -> tuple[int, Any]:
    response = client.post(f"/api/v1/webhooks/{path}", body, format="json")
    return response.status_code, response.json()


def test_the_secret_is_shown_once_and_stored_nowhere(client: APIClient) -> None:
    status, made = post(client, url=URL, events=["job.failed"])

    assert status == 201
    assert made["secret"].startswith("whsec_")
    shown = client.get(f"/api/v1/webhooks/{made['id']}/").json()
    assert shown == {key: value for key, value in made.items() if key != "secret"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM conversations_webhookendpoint AS one")
        assert made["secret"][6:] not in cursor.fetchone()[0]


def test_a_rotation_gives_another_secret(client: APIClient) -> None:
    _, made = post(client, url=URL)

    status, rotated = post(client, f"{made['id']}/rotate/")

    assert status == 200
    assert rotated["secret"] != made["secret"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://user:password@hooks.example.com/",
        "https://hooks.example.com/#here",
        "https:///nowhere",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/a\r\nX-Header: b",
        "hooks.example.com",
        "",
        7,
    ],
)
def test_an_address_that_may_not_be_sent_to_is_refused(client: APIClient, url: object) -> None:
    status, problem = post(client, url=url)

    assert status == 400
    assert problem["errors"][0]["pointer"] == "/url"
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"events": ["job.started"]}, "/events/0"),
        ({"events": "job.failed"}, "/events"),
        ({"enabled": "yes"}, "/enabled"),
        ({"secret": "mine"}, "/secret"),
        ({"description": "x" * 201}, "/description"),
        ({"description": "a\x00b"}, "/description"),
    ],
)
def test_a_wrong_field_is_pointed_at(client: APIClient, body: dict[str, Any], pointer: str) -> None:
    status, problem = post(client, url=URL, **body)

    assert (status, problem["errors"][0]["pointer"]) == (400, pointer)


def test_an_endpoint_is_changed_disabled_and_deleted(client: APIClient) -> None:
    _, made = post(client, url=URL)
    address = f"/api/v1/webhooks/{made['id']}/"

    changed = client.patch(address, {"enabled": False, "events": ["job.failed"]}, format="json").json()

    assert (changed["enabled"], changed["events"], changed["url"]) == (False, ["job.failed"], URL)
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_the_same_address_twice_is_a_conflict(client: APIClient) -> None:
    post(client, url=URL)

    status, problem = post(client, url=URL)

    assert (status, problem["code"]) == (409, "webhook_exists")


def test_an_organization_has_only_so_many(client: APIClient) -> None:
    for number in range(MOST_ENDPOINTS):
        assert post(client, url=f"{URL}/{number}")[0] == 201

    status, problem = post(client, url=URL)

    assert (status, problem["code"]) == (409, "too_many_webhooks")


def test_a_ping_and_its_deliveries_are_listed(client: APIClient) -> None:
    _, made = post(client, url=URL)

    status, delivery = post(client, f"{made['id']}/ping/")

    assert (status, delivery["event"], delivery["state"]) == (202, "webhook.ping", "pending")
    listed = client.get(f"/api/v1/webhooks/{made['id']}/deliveries/").json()
    assert listed["results"] == [delivery]
    again, problem = post(client, f"{made['id']}/deliveries/{delivery['id']}/redeliver/")
    assert (again, problem["code"]) == (409, "delivery_under_way")


def calls(made: dict[str, Any], delivery: str) -> list[tuple[str, str]]:
    one = f"/api/v1/webhooks/{made['id']}/"
    return [
        ("get", one),
        ("patch", one),
        ("delete", one),
        ("post", f"{one}rotate/"),
        ("post", f"{one}ping/"),
        ("get", f"{one}deliveries/"),
        ("post", f"{one}deliveries/{delivery}/redeliver/"),
    ]


def test_who_may_only_send_again_does_that_and_no_more(user: User, client_of: ClientOf) -> None:
    endpoint = create_endpoint(organization=user.organization, url=URL, by=None).endpoint
    delivery = ping(endpoint)
    user.user_permissions.set(Permission.objects.filter(codename="change_webhookdelivery"))
    client = client_of(user)

    again, problem = post(client, f"{endpoint.pk}/deliveries/{delivery.pk}/redeliver/")

    assert (again, problem["code"]) == (409, "delivery_under_way")
    assert post(client, f"{endpoint.pk}/rotate/")[0] == 403
    assert post(client, f"{endpoint.pk}/ping/")[0] == 403


def test_nobody_sees_another_organizations(client: APIClient, client_of: ClientOf) -> None:
    _, made = post(client, url=URL)
    _, delivery = post(client, f"{made['id']}/ping/")
    stranger = client_of(a_user(is_superuser=True))

    answers = [
        getattr(stranger, method)(address, {}, format="json").status_code
        for method, address in calls(made, delivery["id"])
    ]

    assert set(answers) == {404}
    assert stranger.get("/api/v1/webhooks/").json()["results"] == []
    assert WebhookEndpoint.objects.count() == WebhookDelivery.objects.count() == 1


def test_a_colleague_without_the_right_may_not(
    client: APIClient, operator: User, client_of: ClientOf
) -> None:
    _, made = post(client, url=URL)
    _, delivery = post(client, f"{made['id']}/ping/")
    colleague = client_of(a_user(organization=operator.organization))

    answers = [
        getattr(colleague, method)(address, {"url": URL}, format="json").status_code
        for method, address in [
            *calls(made, delivery["id"]),
            ("get", "/api/v1/webhooks/"),
            ("post", "/api/v1/webhooks/"),
        ]
    ]

    assert set(answers) == {403}
