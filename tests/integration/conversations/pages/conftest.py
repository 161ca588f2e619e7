"""A browser's side of the pages: Django's client, signed in."""

import pytest
from django.test import Client

from knowledge.models import User
from tests.builders import a_user


@pytest.fixture
def person(db: None) -> User:
    """Somebody with conversations."""
    return a_user()


@pytest.fixture
def browser(person: User) -> Client:
    """Their browser, signed in."""
    client = Client()
    client.force_login(person)
    return client
