"""An endpoint on this machine, and no broker to hint to."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from conversations.services.webhooks import WithSecret, create_endpoint
from conversations.webhooks import hints
from tests.builders import an_organization
from tests.receivers import Receiver, a_receiver


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver that webhooks may reach."""
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    with a_receiver() as running:
        yield running


@pytest.fixture(autouse=True)
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The endpoints that workers were told of."""
    told: list[UUID] = []

    def take(endpoint_id: UUID) -> bool:
        told.append(endpoint_id)
        return True

    monkeypatch.setattr(hints, "send_delivery", take)
    monkeypatch.setattr("conversations.services.webhooks.send_delivery", take)
    hints._listening.forget()
    return told


@pytest.fixture
def listening(receiver: Receiver) -> WithSecret:
    """An endpoint that hears of every end."""
    return create_endpoint(organization=an_organization(), url=receiver.url, by=None)
