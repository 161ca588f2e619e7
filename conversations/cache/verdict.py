"""What the cache did for one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NotRequired, TypedDict


class CacheStatus(StrEnum):
    """How the response cache took part."""

    HIT = "hit"
    MISS = "miss"
    BYPASS = "bypass"
    STALE = "stale"
    COALESCED = "coalesced"


class CacheJson(TypedDict):
    """The verdict as stored and sent; the key is for `explain` alone."""

    status: str
    reason: str
    age_seconds: float | None
    scope: NotRequired[str]
    fingerprint: NotRequired[str]
    components: NotRequired[dict[str, str]]
    tokens_served: NotRequired[int]
    ttl_seconds: NotRequired[float]
    similarity: NotRequired[float]
    like: NotRequired[str]


@dataclass(frozen=True, slots=True)
class CacheVerdict:
    """Whether the reply came from the cache, and why or why not.

    An answer to other words that mean the same has a `similarity`; `like` is the session it was given in.
    """

    status: CacheStatus
    reason: str
    age_seconds: float | None = None
    scope: str = ""
    fingerprint: str = ""
    components: Mapping[str, str] = field(default_factory=dict)
    tokens_served: int = 0
    ttl_seconds: float | None = None
    saved_ms: int = 0
    similarity: float | None = None
    like: str = ""

    def as_json(self) -> CacheJson:
        """Give the stored form."""
        stored: CacheJson = {
            "status": self.status,
            "reason": self.reason,
            "age_seconds": self.age_seconds,
        }
        if self.fingerprint:
            stored["scope"] = self.scope
            stored["fingerprint"] = self.fingerprint
            stored["components"] = dict(self.components)
            stored["tokens_served"] = self.tokens_served
        if self.ttl_seconds is not None:
            stored["ttl_seconds"] = self.ttl_seconds
        if self.similarity is not None:
            stored["similarity"] = self.similarity
            stored["like"] = self.like
        return stored
