"""Ports that a test scripts."""

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from conversations.forecast import FORECAST
from conversations.leases import LeaseKeeper
from conversations.llm.scripted import ScriptedClaude
from conversations.ports import Ports
from knowledge.suggestions import Suggestion, SuggestionQuery


class Announcements(list[UUID]):
    """The jobs whose end was announced."""


@pytest.fixture(autouse=True)
def _fresh_forecast() -> None:
    """No test is told what another one left in the queue."""
    FORECAST.forget()


@pytest.fixture
def claude() -> ScriptedClaude:
    """A model that says what the test tells it to."""
    return ScriptedClaude()


@pytest.fixture
def announced() -> Announcements:
    """What the clients were told."""
    return Announcements()


@pytest.fixture
def ports(claude: ScriptedClaude, announced: Announcements) -> Ports:
    """The outside of one attempt, without a thread or a network."""
    return Ports(
        claude=claude,
        leases=LeaseKeeper(
            lease=timedelta(seconds=15), deadline=timedelta(minutes=2), every=timedelta(hours=1)
        ),
        worker="test",
        announce_ended=announced.append,
        suggest=_nothing,
        random=Random(1),
    )


def _nothing(query: SuggestionQuery) -> tuple[Suggestion, ...]:
    return ()
