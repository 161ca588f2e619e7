"""The cache against a model of it: whatever happens in whatever order, both say the same."""

import itertools
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from conversations.cache.server import Argument
from conversations.cache.store import Alone, Bump, Entry, Hit, Stored
from tests.integration.conversations.cache.conftest import a_store

MOST_ENTRIES = 3
MOST_BYTES = 20
TTL = timedelta(seconds=60)
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
TAGS = st.lists(st.sampled_from(["okr:1", "okr:2", "prompt:1"]), unique=True, max_size=3)
# Those that may be found in other words, and among whom; the others may not.
KIN = {"a": "a kin", "b": "a kin", "c": "another", "d": "", "e": ""}
VALUES = st.binary(min_size=1, max_size=MOST_BYTES + 2)


@dataclass(frozen=True)
class Ticket:
    """A call under way: what the cache and the model gave it to store an answer with."""

    name: str
    generations: str
    modelled: Mapping[str, int]


@dataclass(frozen=True)
class Held:
    """An entry as the model has it."""

    value: bytes
    generations: Mapping[str, int]
    expires: int
    kin: str


@dataclass(frozen=True)
class Undo:
    """A bump, as the cache and the model have it."""

    real: tuple[Bump, ...]
    modelled: Mapping[str, tuple[int, int]]


class Model:
    """The cache as a dictionary, least recently used first."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str, Held] = OrderedDict()
        self.generations: dict[str, int] = {}
        self.now = 1_000_000
        self._numbers = itertools.count()

    def look_up(self, name: str, tags: Sequence[str]) -> Held | Mapping[str, int]:
        held = self.entries.get(name)
        if held and held.expires > self.now and self.holds(held.generations):
            self.entries.move_to_end(name)
            return held
        return {tag: self.generations.setdefault(tag, next(self._numbers)) for tag in tags}

    def put(self, ticket: Ticket, value: bytes) -> Stored:
        if len(value) > MOST_BYTES:
            return Stored("size", 0)
        if not self.holds(ticket.modelled):
            return Stored("invalidated", 0)
        kin = KIN[ticket.name]
        for name in [name for name, held in self.entries.items() if held.expires <= self.now]:
            del self.entries[name]
        self.entries[ticket.name] = Held(
            value, ticket.modelled, self.now + round(TTL.total_seconds() * 1000), kin
        )
        self.entries.move_to_end(ticket.name)
        evicted = max(0, len(self.entries) - MOST_ENTRIES)
        for _ in range(evicted):
            self.entries.popitem(last=False)
        return Stored("stored", evicted)

    def bump(self, tags: Sequence[str]) -> dict[str, tuple[int, int]]:
        changes = {
            tag: (self.generations[tag], next(self._numbers)) for tag in tags if tag in self.generations
        }
        self.generations |= {tag: after for tag, (_, after) in changes.items()}
        return changes

    def restore(self, changes: Mapping[str, tuple[int, int]]) -> bool:
        if not self.holds({tag: after for tag, (_, after) in changes.items()}):
            return False
        self.generations |= {tag: before for tag, (before, _) in changes.items()}
        return True

    def holds(self, generations: Mapping[str, int]) -> bool:
        return all(self.generations.get(tag) == number for tag, number in generations.items())


class CacheMachine(RuleBasedStateMachine):
    """Does the same to both, through two stores, as two processes do."""

    tickets: Bundle[Ticket] = Bundle("tickets")
    bumps: Bundle[Undo] = Bundle("bumps")

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.stores = [
            a_store(ttl=TTL, max_entries=MOST_ENTRIES, max_bytes=MOST_BYTES, clock=lambda: self.model.now)
            for _ in range(2)
        ]
        self.redis = self.stores[0].server.redis
        self.redis.flushdb()

    def teardown(self) -> None:
        for store in self.stores:
            store.server.redis.close()

    @rule(target=tickets, name=NAMES, tags=TAGS, process=st.integers(0, 1))
    def look_up(self, name: str, tags: list[str], process: int) -> Ticket | MultipleResults[Ticket]:
        real, modelled = self.stores[process].look_up(name, tags), self.model.look_up(name, tags)
        if isinstance(modelled, Held):
            assert isinstance(real, Hit)
            assert real.value == modelled.value
            return multiple()
        assert isinstance(real, Alone)
        return Ticket(name, real.generations, modelled)

    @rule(ticket=consumes(tickets), value=VALUES, process=st.integers(0, 1))
    def put(self, ticket: Ticket, value: bytes, process: int) -> None:
        facts: dict[str, Argument] = {"tokens": 1, "ms": 1}
        kin = KIN[ticket.name]
        entry = Entry(value, ticket.generations, TTL, facts, kin=kin, sign=b"sign")

        assert self.stores[process].put(ticket.name, entry) == self.model.put(ticket, value)

    @rule(target=bumps, tags=TAGS, process=st.integers(0, 1))
    def bump(self, tags: list[str], process: int) -> Undo:
        real, modelled = self.stores[process].bump(tags), self.model.bump(tags)
        assert {one.tag for one in real} == set(modelled)
        return Undo(real, modelled)

    @rule(undo=consumes(bumps))
    def take_back(self, undo: Undo) -> None:
        assert self.stores[0].restore(undo.real) == self.model.restore(undo.modelled)

    @rule(kin=st.sampled_from(["a kin", "another"]), process=st.integers(0, 1))
    def find_kin(self, kin: str, process: int) -> None:
        found = self.stores[process].near("nobody", kin)

        assert set(found) == {name for name, held in self.model.entries.items() if held.kin == kin}

    @rule(name=NAMES, process=st.integers(0, 1))
    def take(self, name: str, process: int) -> None:
        real, modelled = self.stores[process].take(name), self.model.look_up(name, ())

        assert (real.value if real else None) == (modelled.value if isinstance(modelled, Held) else None)

    @rule(name=NAMES)
    def drop(self, name: str) -> None:
        assert self.stores[0].drop(name) == (self.model.entries.pop(name, None) is not None)

    @rule(seconds=st.sampled_from([1, 30, 60]))
    def time_passes(self, seconds: int) -> None:
        self.model.now += seconds * 1000

    @rule()
    def everything_is_lost(self) -> None:
        self.redis.flushdb()
        self.model.entries.clear()
        self.model.generations.clear()

    @invariant()
    def the_order_of_use_is_the_same(self) -> None:
        if hasattr(self, "model"):
            names = cast("list[bytes]", self.redis.zrange("okr:cache:lru", 0, -1))
            held = [name.decode() for name in names]
            assert held == list(self.model.entries)
            assert len(held) <= MOST_ENTRIES
            assert self.redis.zcard("okr:cache:expiry") == len(held)


CacheMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCacheIsLikeItsModel = CacheMachine.TestCase
