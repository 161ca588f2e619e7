"""Caches on a real server, and questions to ask them."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from redis import Redis

from conversations.cache.fingerprint import Asker
from conversations.cache.lookup import Question
from conversations.cache.policy import Policy, PolicyFor, Traits, default_policy
from conversations.cache.response import ResponseCache
from conversations.cache.rules import RULES
from conversations.cache.server import CacheServer
from conversations.cache.store import Store
from conversations.llm.client import ModelRequest
from conversations.values import Phase, Prompt, PromptSection, Turn

# A loaded machine answers late; what a late answer does has tests of its own.
PATIENCE_SECONDS = 2.0
ORGANIZATION, USER, SESSION = UUID(int=1), UUID(int=2), UUID(int=3)


def a_store(*, max_entries: int = 1000, ttl: timedelta = timedelta(minutes=30), **options: object) -> Store:
    """A store with connections of its own, as another process has."""
    server = CacheServer(settings.CACHE_REDIS_URL, patience=PATIENCE_SECONDS)
    return Store(server, ttl=ttl, max_entries=max_entries, **options)  # type: ignore[arg-type]  # handed through


def a_cache(store: Store | None = None, *, policy_for: PolicyFor = default_policy) -> ResponseCache:
    """A response cache, as another process has."""
    return ResponseCache(store or a_store(), policy_for=policy_for, library=lambda: 1)


def always(policy: Policy) -> PolicyFor:
    """Give the same policy to every question."""
    return lambda traits: policy


def a_request(message: str = "We lose customers.", **changes: object) -> ModelRequest:
    """A request to the model."""
    fields: dict[str, object] = {
        "prompt": Prompt(
            system=(PromptSection("instructions", "You are a coach."),),
            history=changes.pop("history", ()),  # type: ignore[arg-type]  # a test's own history
            turn=(PromptSection("message", f"<user_message>{message}</user_message>"),),
            version="v1",
        ),
        "model": "claude-sonnet-5-5",
        "max_tokens": 2048,
        "deadline": time.monotonic() + 60,
        "idle_timeout": timedelta(seconds=15),
    }
    return ModelRequest(**(fields | changes))  # type: ignore[arg-type]  # a test's own changes


def a_question(
    message: str = "We lose customers.",
    *,
    organization: UUID = ORGANIZATION,
    user: UUID = USER,
    session: UUID = SESSION,
    control: str = "",
    history: tuple[Turn, ...] = (),
    **changes: object,
) -> Question:
    """A question of one user of one organization."""
    return Question(
        request=a_request(message, history=history, **changes),
        asker=Asker(organization, user, session),
        traits=Traits(organization_id=organization, phase=Phase.DISCOVERY, opening=not history),
        control=control,
    )


@dataclass
class Ears:
    """A listener that remembers, and can be told to stop."""

    heard: list[str] = field(default_factory=list)
    stop: Exception | None = None
    starts: int = 1
    on_hearing: Callable[[str], None] = lambda text: None

    def on_text(self, text: str) -> None:
        self.heard.append(text)
        self.on_hearing(text)

    def check(self) -> None:
        if self.stop is not None:
            raise self.stop

    def start_over(self) -> None:
        self.heard.clear()
        self.starts += 1

    @property
    def text(self) -> str:
        return "".join(self.heard)


@pytest.fixture
def cache(cache_server: Redis) -> ResponseCache:
    """A response cache on an empty server."""
    return a_cache()


@pytest.fixture
def store(cache_server: Redis) -> Store:
    """A store on an empty server."""
    return a_store()


def somebody() -> UUID:
    """A user or organization like no other."""
    return uuid.uuid4()


def shipped_rules() -> None:
    """Put the rules that ship with the program into the database, where another test has emptied it."""
    for name in ("0003_default_cache_rules", "0018_model_change_rule"):
        import_module(f"conversations.migrations.{name}").create(apps, None)
    RULES.forget()
