"""The demonstration's one-time link."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from conversations.pages.entry import one_time_link
from knowledge.models import User
from tests.builders import a_user


@pytest.fixture
def address(person: User) -> str:
    """A fresh link's path and token."""
    return one_time_link(person.email, "http://testserver", key=settings.SECRET_KEY).removeprefix(
        "http://testserver"
    )


def test_it_lets_its_person_in_once(person: User, address: str) -> None:
    first, second = Client(), Client()

    entered, again = first.get(address), second.get(address)

    assert entered["Location"] == "/"
    assert person.email in first.get("/").content.decode()
    assert again.status_code == 403
    assert "works once" in again.content.decode()
    assert second.get("/").status_code == 302


def test_it_is_too_old_after_half_an_hour(address: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert Client().get(address).status_code == 403


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "A" + token, lambda token: ""])
def test_a_forged_link_opens_nothing(address: str, change: object) -> None:
    assert callable(change)
    token = urlsplit(address).query.removeprefix("token=")

    assert Client().get(f"/enter/?token={change(token)}").status_code == 403


def test_no_link_opens_the_door_to_staff(db: None) -> None:
    address = one_time_link(a_user(is_staff=True).email, "", key=settings.SECRET_KEY)

    assert Client().get(address).status_code == 403


def test_a_person_who_was_shut_out_stays_out(person: User, address: str) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])

    assert Client().get(address).status_code == 403


def test_the_page_it_opens_cannot_be_another_site(address: str) -> None:
    assert Client().get(address + "&next=https://evil.example/")["Location"] == "/"
