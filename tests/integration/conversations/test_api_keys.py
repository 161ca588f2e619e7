"""Keys from the command line."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from rest_framework.test import APIClient

from knowledge.models import Organization, User
from tests.builders import a_user, an_organization

pytestmark = pytest.mark.django_db


def create_api_key(*arguments: str) -> str:
    printed = StringIO()
    call_command("create_api_key", *arguments, stdout=printed)
    return printed.getvalue()


def test_the_key_is_all_that_is_printed_and_opens_the_api() -> None:
    printed = create_api_key("ada@example.com")

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {printed.strip()}")
    assert printed.count("\n") == 1
    assert client.get("/api/v1/sessions/").status_code == 200


def test_person_and_organization_are_created_once() -> None:
    keys = {create_api_key("Ada@Example.com", "--organization", "engine-works") for _ in range(2)}

    assert len(keys) == 2
    assert User.objects.get().email == "ada@example.com"
    assert Organization.objects.get().name == "Engine Works"
    assert not User.objects.get().has_usable_password()


def test_an_existing_organization_takes_a_new_person() -> None:
    organization = an_organization(slug="acme", name="ACME")

    create_api_key("ada@example.com", "--organization", "acme")

    assert User.objects.get().organization == organization


def test_a_person_is_not_moved_to_another_organization() -> None:
    person = a_user()

    with pytest.raises(CommandError, match="belongs to"):
        create_api_key(person.email, "--organization", "elsewhere")

    assert not Organization.objects.filter(slug="elsewhere").exists()


@pytest.mark.parametrize("arguments", [("not an address",), ("ada@example.com", "--organization", "a b")])
def test_malformed_names_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create_api_key(*arguments)

    assert not User.objects.exists()
