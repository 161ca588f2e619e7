"""Clients that speak to the API as different people."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from knowledge.models import User
from tests.builders import a_user, an_api_key

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def client_of() -> ClientOf:
    """Make clients for people; an unexpected failure is a response of theirs, not an exception."""

    def make(user: User | None) -> APIClient:
        client = APIClient(raise_request_exception=False)
        if user is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
        return client

    return make


@pytest.fixture
def user(db: None) -> User:
    """A person."""
    return a_user()


@pytest.fixture
def api(user: User, client_of: ClientOf) -> APIClient:
    """That person's client."""
    return client_of(user)
