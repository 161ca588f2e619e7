"""The entries, on the cache server; every operation is one script, so nothing happens halfway."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from conversations.cache.fingerprint import PREFIX
from conversations.cache.server import Argument, CacheServer, CacheUnavailableError, Reply

STATS_KEY: Final = f"{PREFIX}stats"
MOST_BYTES: Final = 64 * 1024
# A generation must outlive the longest call and the entry made with it; an expired one only costs a miss.
_GENERATION_SLACK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer that holds; `session` says in which it was first given, where that is kept."""

    value: bytes
    age: timedelta
    expires_in: timedelta
    saved_ms: int = 0
    session: str = ""


@dataclass(frozen=True, slots=True)
class Old:
    """An answer that is too old, but that nothing has invalidated."""

    value: bytes
    age: timedelta


@dataclass(frozen=True, slots=True)
class Lead:
    """No answer, and this caller is the one to ask the model."""

    generations: str
    reason: str
    owner: str
    old: Old | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """No answer yet, but `owner` is asking the model for it."""

    owner: str
    old: Old | None = None


@dataclass(frozen=True, slots=True)
class Alone:
    """The caller asks the model without telling others."""

    generations: str
    reason: str
    old: Old | None = None


Found = Hit | Lead | Follow | Alone


@dataclass(frozen=True, slots=True)
class Entry:
    """What to store, under which generations."""

    value: bytes
    generations: str
    ttl: timedelta
    facts: Mapping[str, Argument]
    owner: str = ""
    kept_old: timedelta = timedelta(0)
    kin: str = ""
    sign: bytes = b""


@dataclass(frozen=True, slots=True)
class Stored:
    """How a write ended: `stored`, `size` or `invalidated`, and how many entries left for it."""

    outcome: str
    evicted: int


@dataclass(frozen=True, slots=True)
class Bump:
    """One tag's change of generation."""

    tag: str
    before: str
    after: str


class Store:
    """The cache's entries and generations; raises CacheUnavailableError when the server is away.

    `clock` gives milliseconds in place of the server's own clock.
    """

    def __init__(
        self,
        server: CacheServer,
        *,
        ttl: timedelta,
        max_entries: int,
        max_bytes: int = MOST_BYTES,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.server = server
        self.ttl = ttl
        self.max_entries = max_entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._uncounted = 0
        self._lock = threading.Lock()

    def look_up(
        self,
        name: str,
        tags: Sequence[str],
        *,
        owner: str = "",
        lease: timedelta = timedelta(seconds=3),
        read: bool = True,
        count: bool = True,
    ) -> Found:
        """Give the answer, or the generations to store one under and who asks the model for it."""
        uncounted = self._uncounted
        try:
            terms: list[Argument] = [PREFIX, name, self._now(), int(read), int(count), owner]
            terms += [_ms(lease), self._generation_life(), uncounted, *tags]
            reply = self.server.run("lookup", terms)
        except CacheUnavailableError:
            if count and read:
                self._add_uncounted(1)
            raise
        if uncounted:
            self._add_uncounted(-uncounted)
        return _found(reply, owner)

    def put(self, name: str, entry: Entry) -> Stored:
        """Store an answer, unless a generation read before the call has changed since."""
        facts: list[Argument] = [part for pair in entry.facts.items() for part in pair]
        life = self._generation_life(entry.ttl + entry.kept_old)
        terms: list[Argument] = [PREFIX, name, self._now(), entry.value, entry.generations, _ms(entry.ttl)]
        terms += [life, self.max_entries, self._max_bytes, entry.owner, _ms(entry.kept_old)]
        terms += [entry.kin, entry.sign, *facts]
        outcome, evicted = self.server.run("put", terms)
        return Stored(outcome.decode(), evicted)

    def near(self, name: str, kin: str) -> dict[str, bytes]:
        """Give what an answer may be found by among its kin; nothing if there is an entry of this name."""
        found = iter(self.server.run("near", [PREFIX, name, kin]))
        return {other.decode(): sign for other, sign in zip(found, found, strict=True)}

    def take(self, name: str) -> Hit | None:
        """Give, and count, the answer to another question that means the same, if it holds."""
        match self.server.run("take", [PREFIX, name, self._now()]):
            case [bytes(value), int(age), int(left), int(saved), bytes(session)]:
                return Hit(value, _length(age), _length(left), saved, session.decode())
        return None

    def bump(self, tags: Sequence[str]) -> tuple[Bump, ...]:
        """Make every entry with one of these tags a miss; give the changes of generation."""
        changed = self.server.run("bump", [PREFIX, self._generation_life(), *tags])
        return tuple(Bump(*(part.decode() for part in one)) for one in changed)

    def restore(self, bumps: Sequence[Bump]) -> bool:
        """Take bumps back; False when one of the tags was bumped or lost since, and nothing is done."""
        parts = [part for one in bumps for part in (one.tag, one.before, one.after)]
        return bool(self.server.run("restore", [PREFIX, *parts]))

    def drop(self, name: str) -> bool:
        """Take one entry out; say whether it was there."""
        return bool(self.server.run("drop", [PREFIX, name]))

    def count(self, **counters: int) -> None:
        """Add to the counters; what cannot be counted is not."""
        with contextlib.suppress(CacheUnavailableError):
            fields: list[Argument] = [part for pair in counters.items() for part in pair]
            self.server.run("count", [STATS_KEY, *fields])

    def _now(self) -> str:
        return "" if self._clock is None else str(self._clock())

    def _generation_life(self, ttl: timedelta = timedelta(0)) -> int:
        return _ms(max(self.ttl, ttl) * 2 + _GENERATION_SLACK)

    def _add_uncounted(self, number: int) -> None:
        with self._lock:
            self._uncounted += number


def _found(reply: Reply, owner: str) -> Found:
    match reply:
        case [b"hit", bytes(value), int(age), int(left), int(saved)]:
            return Hit(value, _length(age), _length(left), saved)
        case [b"lead", bytes(generations), bytes(reason), bytes(old), int(age)]:
            return Lead(generations.decode(), reason.decode(), owner, _old(old, age))
        case [b"follow", bytes(leader), bytes(old), int(age)]:
            return Follow(leader.decode(), _old(old, age))
        case [b"alone", bytes(generations), bytes(reason), bytes(old), int(age)]:
            return Alone(generations.decode(), reason.decode(), _old(old, age))
    raise ValueError("The lookup script gave an unknown answer.")


def _old(value: bytes, age: int) -> Old | None:
    return Old(value, timedelta(milliseconds=age)) if value else None


def _length(ms: int) -> timedelta:
    return timedelta(milliseconds=ms)


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
