"""Every address for every kind of person: what is theirs, what is others', what does not exist for them."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from conversations.models import Job, Message, Session, WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import create_endpoint, ping
from conversations.values import JobStatus
from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective, User
from tests.builders import a_job, a_session, a_user, an_api_key
from tests.integration.api.matrix import ELSEWHERE, OK, OPERATIONS, OUTSIDE, PAGES, Access, Role
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db
_IDS = {"cycles": "cycle", "objectives": "objective", "key-results": "key_result"}
_IDS |= {"check-ins": "check_in", "initiatives": "initiative"}
Things = dict[str, str]


def described() -> dict[str, tuple[str, str]]:
    """Give every operation of the OpenAPI document, made from the addresses: its method and path."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]  # type: ignore[no-untyped-call]  # untyped.
    return {
        operation["operationId"]: (method, path)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Give every address the site has."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        elif not route.startswith("admin/"):
            yield from routes(one, route)


DESCRIBED = described()
GUARDED: list[type[Model]] = [Session, Message, Job, Cycle, Objective, KeyResult, CheckIn, Initiative]
GUARDED += [WebhookEndpoint, WebhookDelivery]


@pytest.fixture
def owner(db: None) -> User:
    return a_user()


@pytest.fixture
def things(owner: User) -> Things:
    """One of everything, all of it the owner's."""
    load_library(shipped_items()[:1])
    colleague = a_user(organization=owner.organization)
    team = a_team(owner.organization, members=(colleague,))
    cycle = a_cycle(owner.organization)
    a_cycle(owner.organization, name="The next", starts_on="2026-04-01", ends_on="2026-06-30")
    objective = an_objective(owner, team=team, cycle=cycle)
    result = a_key_result(objective)
    session = a_session(owner)
    initiative = Initiative.objects.create(
        organization=owner.organization, objective=objective, title="Call them", owner=owner
    )
    endpoint = create_endpoint(
        organization=owner.organization, url="https://hooks.example.com/", by=owner
    ).endpoint
    return {
        "webhook": str(endpoint.pk),
        "delivery": str(ping(endpoint).pk),
        "session": str(session.pk),
        "failed_job": str(a_job(session, status=JobStatus.FAILED).pk),
        "job": str(a_job(session).pk),
        "cycle": str(cycle.pk),
        "objective": str(objective.pk),
        "key_result": str(result.pk),
        "check_in": str(a_check_in(result).pk),
        "initiative": str(initiative.pk),
        "team": str(team.pk),
        "slug": shipped_items()[0].slug,
    }


def person_as(role: Role, owner: User, things: Things) -> User | None:
    """Give somebody who is this to the owner."""
    home = owner.organization
    match role:
        case Role.OWNER:
            return owner
        case Role.TEAMMATE:
            return User.objects.get(teams=UUID(things["team"]))
        case Role.COLLEAGUE:
            return a_user(organization=home)
        case Role.STAFF:
            return a_user(organization=home, is_staff=True)
        case Role.FOREIGN_STAFF:
            return a_user(is_staff=True)
        case Role.SUPERUSER:
            return a_user(is_staff=True, is_superuser=True)
        case Role.STRANGER:
            return a_user()
        case _:
            return None


def state() -> list[list[str]]:
    """Take down every row that a stranger must not change."""
    return [sorted(map(str, model._default_manager.values())) for model in GUARDED]


def address_of(path: str, operation: str, things: Things) -> str:
    kind = path.split("/")[3]
    job = things["failed_job" if operation == "jobs_retry" else "job"]
    named = {"session_id": things["session"], "job_id": job, "slug": things["slug"]}
    named |= {"webhook_id": things["webhook"], "delivery_id": things["delivery"]}
    return path.format(id=things.get(_IDS.get(kind, ""), ""), **named)


def filled(value: Any, things: Things) -> Any:
    """Put the ids in where a body names things."""
    match value:
        case dict():
            return {name: filled(one, things) for name, one in value.items()}
        case list():
            return [filled(one, things) for one in value]
        case str() if value[:1] == "{":
            return things[value.strip("{}")]
        case _:
            return value


def call(operation: str, person: User | None, things: Things) -> Any:
    method, path = DESCRIBED[operation]
    body = filled(OPERATIONS[operation][1], things)
    client = APIClient(raise_request_exception=False)
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(person)}")
    form = "json"
    if body and "file" in body:
        body, form = {"file": SimpleUploadedFile("okrs.csv", body["file"].encode())}, "multipart"
    return getattr(client, method)(address_of(path, operation, things), body, format=form)


def test_every_operation_has_an_expectation() -> None:
    assert set(OPERATIONS) == set(DESCRIBED)


def test_every_address_of_the_api_is_described() -> None:
    here = {
        one.replace("<uuid:", "{").replace("<slug:", "{").replace(">", "}") for one in routes(get_resolver())
    }

    assert {f"/{one}" for one in here if one.startswith("api/v1/")} == {
        path for _, path in DESCRIBED.values()
    }


def test_every_other_address_has_an_expectation() -> None:
    others = {one for one in routes(get_resolver()) if not one.startswith("api/v1/")}

    assert others == PAGES.keys() | ELSEWHERE.keys()


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Take back what happens in the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_answers_each_role_as_expected(operation: str, owner: User, things: Things) -> None:
    access, _ = OPERATIONS[operation]
    for role in Role:
        with undone():
            person = person_as(role, owner, things)
            before = state()

            answer = call(operation, person, things)

            expected = access.value[role]
            status = answer.status_code
            assert (status // 100 if expected == OK else status) == expected, (role, answer.content)
            if expected != OK:
                assert answer["Content-Type"] == "application/problem+json", role
                assert state() == before, role
            if access is Access.OPEN and role in OUTSIDE:
                said = answer.content.decode("utf-8", "replace")
                assert not [name for name, one in things.items() if name != "slug" and one in said], role


@pytest.mark.parametrize("route", PAGES)
def test_a_page_opens_for_those_it_is_for(route: str, owner: User, things: Things) -> None:
    address = route.replace("<uuid:session_id>", things["session"]).replace("<uuid:job_id>", things["job"])
    for role in Role:
        person = person_as(role, owner, things)
        client = Client()
        if person is not None:
            client.force_login(person)

        answer = client.get(f"/{address}")

        # Browsers are sent to sign in where programs are told 401.
        status = {302: 401}.get(answer.status_code, answer.status_code)
        expected = PAGES[route].value[role]
        assert (status // 100 if expected == OK else status) == expected, role
        if PAGES[route] is Access.OPEN and role is not Role.OWNER:
            assert things["session"] not in answer.content.decode(), role
