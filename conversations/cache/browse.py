"""What lies in the cache: for the admin, for dry runs, never for a request."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, cast

import orjson

from conversations.cache.fingerprint import PREFIX
from conversations.cache.store import STATS_KEY, Store

_FIELDS: Final = ("generations", "created", "expires", "hits", "tokens", "ms", "cost_usd", "model", "phase")
_BATCH: Final = 200
_PLACEHOLDER: Final = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True, slots=True)
class Held:
    """One entry, and whether a lookup would still give it."""

    name: str
    tags: tuple[str, ...]
    changed: tuple[str, ...]
    created: datetime
    expires: datetime
    hits: int
    tokens: int
    ms: int
    cost_usd: Decimal
    model: str
    phase: str
    size: int

    @property
    def scope(self) -> str:
        """Give the circle it is shared in."""
        return self.name.rpartition(":")[0]

    @property
    def tokens_saved(self) -> int:
        """Count the tokens its hits did not spend."""
        return self.hits * self.tokens

    @property
    def seconds_saved(self) -> float:
        """Count the waiting its hits did not cost."""
        return self.hits * self.ms / 1000

    @property
    def holds(self) -> bool:
        """Tell whether a lookup would give it now."""
        return not self.changed and self.expires > datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an invalidation would do: the tags it would bump, the entries that would go, their price."""

    tags: tuple[str, ...]
    entries: int
    tokens: int
    cost_usd: Decimal
    seconds: float


def entries(store: Store) -> Iterator[Held]:
    """Give every entry, most recently used first; raises RedisError when the server is away."""
    redis = store.server.redis
    newest_first = cast("list[bytes]", redis.zrevrange(f"{PREFIX}lru", 0, -1))
    names = [name.decode() for name in newest_first]
    for batch in _batches(names):
        pipeline = redis.pipeline(transaction=False)
        for name in batch:
            pipeline.hmget(f"{PREFIX}entry:{name}", *_FIELDS)
            pipeline.hstrlen(f"{PREFIX}entry:{name}", "value")
        found = pipeline.execute()
        read = [
            (name, fields, size)
            for name, fields, size in zip(batch, found[::2], found[1::2], strict=True)
            if fields[0] is not None
        ]
        current = _generations(store, {tag for _, fields, _ in read for tag in orjson.loads(fields[0])})
        yield from (_held(name, fields, size, current) for name, fields, size in read)


def dry_run(store: Store, templates: Sequence[str]) -> DryRun:
    """Say what firing these tags would do; a placeholder stands for anything."""
    patterns = [_pattern(one) for one in templates]
    tags: set[str] = set()
    hit: list[Held] = []
    for one in entries(store):
        matching = {tag for tag in one.tags if any(pattern.fullmatch(tag) for pattern in patterns)}
        tags |= matching
        if matching and one.holds:
            hit.append(one)
    return DryRun(
        tags=tuple(sorted(tags)),
        entries=len(hit),
        tokens=sum(one.tokens for one in hit),
        cost_usd=sum((one.cost_usd for one in hit), Decimal(0)),
        seconds=sum(one.ms for one in hit) / 1000,
    )


def figures(store: Store) -> dict[str, int]:
    """Give the counters of the whole fleet; raises RedisError when the server is away."""
    found = cast("dict[bytes, bytes]", store.server.redis.hgetall(STATS_KEY))
    return {name.decode(): int(value) for name, value in found.items()}


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_PLACEHOLDER.sub(".+", re.escape(template)))


def _generations(store: Store, tags: set[str]) -> dict[str, str | None]:
    ordered = sorted(tags)
    if not ordered:
        return {}
    keys = [f"{PREFIX}tag:{tag}" for tag in ordered]
    found = cast("list[bytes | None]", store.server.redis.mget(keys))
    return {tag: one.decode() if one else None for tag, one in zip(ordered, found, strict=True)}


def _held(name: str, fields: Sequence[bytes], size: int, current: dict[str, str | None]) -> Held:
    generations, created, expires, hits, tokens, ms, cost, model, phase = (one or b"0" for one in fields)
    made: dict[str, str] = orjson.loads(generations)
    return Held(
        name=name,
        tags=tuple(made),
        changed=tuple(tag for tag, generation in made.items() if current[tag] != generation),
        created=datetime.fromtimestamp(int(created) / 1000, UTC),
        expires=datetime.fromtimestamp(int(expires) / 1000, UTC),
        hits=int(hits),
        tokens=int(tokens),
        ms=int(ms),
        cost_usd=Decimal(cost.decode()),
        model=model.decode(),
        phase=phase.decode(),
        size=size,
    )
