"""The library in this process's memory, for an hour at most and never after an edit.

Measured with `tests/benchmarks/bench_suggestions.py` on two noisy cores: ranking the whole library here
takes 0.5 ms (median), the same question as one SQL query, full text and vectors, 2.2 to 8 ms, and it knows
neither themes nor spelling. So the rows stay here, and every call compares the version's token, which a
trigger changes with each write: one lookup by primary key, 0.15 ms. Redis plays no part: an invalidation
cannot be lost between two systems, and nothing gets slower when Redis is away.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.db import connection

from knowledge.errors import LibraryContentError
from knowledge.library.content import LibraryItem
from knowledge.library.vectors import EMBEDDER
from knowledge.models.library import LibraryEntry
from knowledge.suggestions.index import Index, Vector, build_index
from knowledge.suggestions.tuning import shipped_tuning
from knowledge.suggestions.values import LibraryVersion
from knowledge.suggestions.vocabulary import shipped_vocabulary

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryCacheStats:
    """What the cache of this process did since it started."""

    hits: int
    misses: int
    entries: int
    ttl_seconds: float
    version: int | None

    @property
    def hit_rate(self) -> float:
        """Give the share of hits, 0 to 1; 0 before the first question."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0


@dataclass(frozen=True, slots=True)
class _Snapshot:
    index: Index
    version: LibraryVersion | None
    read_at: float


# By hand: this runs with every message, and the ORM took three times as long as the query itself.
CURRENT_VERSION: Final = "SELECT number, token FROM knowledge_libraryversion WHERE id = 1"


def current_version() -> LibraryVersion | None:
    """Read the version; None for a library that was never written."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT_VERSION)
        row = cursor.fetchone()
    return LibraryVersion(*row) if row else None


def read_index() -> Index:
    """Read every item that is shown; one whose body is not right is left out, and logged."""
    rows = LibraryEntry.objects.filter(retired_at=None).defer("search", "searched").order_by("slug")
    items = [item for row in rows for item in _readable(row)]
    return build_index(items, embedder=EMBEDDER, vocabulary=shipped_vocabulary(), tuning=shipped_tuning())


def _readable(row: LibraryEntry) -> list[tuple[LibraryItem, Vector]]:
    try:
        item = row.item()
    except (LibraryContentError, ValueError):
        logger.warning("A library item cannot be read.", extra={"slug": row.slug}, exc_info=True)
        return []
    vector = tuple(row.embedding) if row.embedder == EMBEDDER.name else EMBEDDER.embed(item.title)
    return [(item, vector)]


@dataclass
class LibraryCache:
    """Holds one index; threads share it, and only one of them reads the rows anew."""

    read: Callable[[], Index] = read_index
    version: Callable[[], LibraryVersion | None] = current_version
    clock: Callable[[], float] = time.monotonic
    _snapshot: _Snapshot | None = None
    _hits: int = 0
    _misses: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def index(self, version: LibraryVersion | None = None) -> Index:
        """Give the index of the library as it is now; `version` is its version, if that was just read."""
        version = version or self.version()
        with self._lock:
            held = self._snapshot
            if held is not None and self._is_current(held, version):
                self._hits += 1
                return held.index
            self._misses += 1
            # The version was read before the rows: an edit in between makes the next call read again.
            fresh = _Snapshot(self.read(), version, self.clock())
            self._snapshot = fresh
            return fresh.index

    def stats(self) -> LibraryCacheStats:
        """Count what happened so far."""
        with self._lock:
            held = self._snapshot
            return LibraryCacheStats(
                hits=self._hits,
                misses=self._misses,
                entries=len(held.index.documents) if held else 0,
                ttl_seconds=settings.KNOWLEDGE_CACHE_TTL.total_seconds(),
                version=held.version.number if held and held.version else None,
            )

    def _is_current(self, held: _Snapshot, version: LibraryVersion | None) -> bool:
        age = self.clock() - held.read_at
        return held.version == version and age < settings.KNOWLEDGE_CACHE_TTL.total_seconds()


# One per process: the whole point is to be shared by its threads.
LIBRARY = LibraryCache()
