"""A question, what the cache knows of it, and how that is said."""

import logging
import time
from dataclasses import dataclass, replace
from typing import Final

from conversations.cache.codec import UnreadableEntryError, decoded, tokens_of
from conversations.cache.fingerprint import Asker, Fingerprint, Scope
from conversations.cache.flight import Audience
from conversations.cache.policy import Policy, Traits
from conversations.cache.similar import Alike, Sign
from conversations.cache.store import Alone, Follow, Found, Hit, Lead, Store
from conversations.cache.verdict import CacheStatus, CacheVerdict
from conversations.errors import ModelError, NotCachedError, RefusedError, RequestRejectedError
from conversations.llm.catalogue import family
from conversations.llm.client import ModelRequest
from conversations.values import Completion, Usage

logger = logging.getLogger(__name__)

NO_CACHE: Final = "no-cache"
NO_STORE: Final = "no-store"
ONLY_IF_CACHED: Final = "only-if-cached"


@dataclass(frozen=True, slots=True)
class Question:
    """A request, whose it is, and what the client demanded of the cache; one nobody asked is not counted."""

    request: ModelRequest
    asker: Asker
    traits: Traits
    control: str = ""
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found, or how to go on without."""

    question: Question
    verdict: CacheVerdict
    policy: Policy
    name: str = ""
    found: Completion | None = None
    sign: Sign | None = None
    ticket: Lead | Follow | Alone | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, where it came from, and under which generations it may be kept."""

    completion: Completion
    verdict: CacheVerdict
    lookup: Lookup
    ticket: Lead | Alone | None = None
    took_ms: float = 0.0


def cached_answer(lookup: Lookup, listener: Audience) -> Answered | None:
    """Give the answer the cache had, told to the listener like any other; None when it had none."""
    if lookup.found is None:
        return None
    listener.on_text(lookup.found.answer.reply)
    return Answered(lookup.found, lookup.verdict, lookup)


def stale_answer(lookup: Lookup, error: ModelError) -> Answered | None:
    """Give the answer that is too old, marked as stale, if a rule lets it stand in for this failure.

    A refusal is an answer of its own, and nothing that was invalidated is ever given.
    """
    old = lookup.ticket.old if lookup.ticket else None
    if old is None or not lookup.policy.stale_for or isinstance(error, RefusedError | RequestRejectedError):
        return None
    try:
        completion = decoded(old.value)
    except UnreadableEntryError:
        return None
    verdict = replace(
        lookup.verdict,
        status=CacheStatus.STALE,
        reason=f"The model failed ({error.code}); this answer is too old, but nothing has changed since.",
        age_seconds=round(old.age.total_seconds(), 3),
        tokens_served=tokens_of(completion.usage),
    )
    return Answered(replace(completion, usage=Usage()), verdict, lookup)


def bypassed(question: Question, policy: Policy, store: Store) -> str:
    """Say why the cache is not asked; empty when it is."""
    if question.control == NO_STORE:
        return "The request says no-store."
    if policy.scope is None:
        return f"The rule “{policy.rule}” excludes it."
    if not store.max_entries or not store.ttl:
        return "The response cache is switched off."
    return ""


def verdict_with_key(fingerprint: Fingerprint, scope: Scope) -> CacheVerdict:
    """Begin a verdict with what was asked."""
    return CacheVerdict(
        CacheStatus.MISS,
        "",
        scope=scope.circle,
        fingerprint=fingerprint.digest,
        components=fingerprint.components,
    )


def unavailable(lookup: Lookup, error: Exception) -> Lookup:
    """Go on without the cache; raises NotCachedError when nothing else was wanted."""
    if lookup.question.control == ONLY_IF_CACHED:
        raise NotCachedError from error
    verdict = replace(lookup.verdict, reason="The cache did not answer in time.")
    return replace(lookup, verdict=verdict, ticket=None)


def looked(lookup: Lookup, found: Found, began: float) -> Lookup:
    """Turn what the store found into what it means; raises NotCachedError as above."""
    match found:
        case Hit():
            return hit(lookup, found, began)
        case Lead(reason=reason) | Alone(reason=reason):
            pass
        case Follow():
            return replace(lookup, ticket=found)
    if lookup.question.control == ONLY_IF_CACHED:
        raise NotCachedError
    status = CacheStatus.BYPASS if lookup.question.control == NO_CACHE else CacheStatus.MISS
    return replace(
        lookup, ticket=found, verdict=replace(lookup.verdict, status=status, reason=_sentence(reason))
    )


def hit(lookup: Lookup, found: Hit, began: float, *, alike: Alike | None = None) -> Lookup:
    """Give the answer found, to this question or to one that is alike; what cannot be read is a miss."""
    try:
        completion = decoded(found.value)
    except UnreadableEntryError:
        logger.warning("A cached answer cannot be read.", extra={"entry": lookup.name})
        return unavailable(lookup, UnreadableEntryError())
    verdict = replace(
        lookup.verdict,
        status=CacheStatus.HIT,
        reason="The same question was answered before." if alike is None else _in_other_words(alike),
        age_seconds=round(found.age.total_seconds(), 3),
        ttl_seconds=round(found.expires_in.total_seconds(), 3),
        tokens_served=tokens_of(completion.usage),
        saved_ms=found.saved_ms,
        similarity=alike.similarity if alike else None,
        like=found.session if alike else "",
    )
    elapsed = round((time.monotonic() - began) * 1000, 3)
    told = replace(completion, usage=Usage(), first_token_ms=elapsed)
    return replace(lookup, verdict=verdict, found=told, ticket=None)


def _in_other_words(alike: Alike) -> str:
    return f"A first message that means the same was answered before (similarity {alike.similarity:.2f})."


def _sentence(reason: str) -> str:
    kind, _, tag = reason.partition(" ")
    return {
        "absent": "Nobody who may share the answer has asked this.",
        "expired": "The answer was too old.",
        "invalidated": f"The answer was invalidated: “{tag}” has changed.",
        "request": "The request wants a fresh answer (no-cache).",
    }[kind]


def is_of(completion: Completion, request: ModelRequest) -> bool:
    """Tell whether the model that was asked gave the answer."""
    # An answer by a fallback must not be served as the primary's.
    return family(completion.model) == family(request.model)
