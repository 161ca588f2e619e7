"""The response cache as an attempt uses it: look up, ask unless found, keep what was answered."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from conversations.cache.codec import encoded, tokens_of
from conversations.cache.fingerprint import Scope, fingerprint_of, tags_of
from conversations.cache.flight import LEASE, Audience, Flight, lead
from conversations.cache.follow import Hearings, follow
from conversations.cache.lookup import (
    NO_CACHE,
    ONLY_IF_CACHED,
    Answered,
    Lookup,
    Question,
    bypassed,
    cached_answer,
    hit,
    is_of,
    looked,
    stale_answer,
    unavailable,
    verdict_with_key,
)
from conversations.cache.policy import Policy, PolicyFor, default_policy
from conversations.cache.server import Argument, CacheUnavailableError
from conversations.cache.similar import most_alike, sign_of
from conversations.cache.store import Entry, Follow, Found, Lead, Store, Stored
from conversations.cache.verdict import CacheStatus, CacheVerdict
from conversations.errors import ModelError, NotCachedError
from conversations.llm.client import Listener
from conversations.values import Completion, Usage

_PAUSE_SECONDS: Final = 0.05
Call = Callable[[Listener], Completion]


class Answers(Protocol):
    """A response cache, or none."""

    def look_up(self, question: Question) -> Lookup:
        """Say what is known; raises NotCachedError when the client wants nothing but a cached answer."""

    def ask(self, lookup: Lookup, listener: Audience, call: Call) -> Answered:
        """Get the answer: found, from whoever is asking already, or from the model."""

    def keep(self, answered: Answered) -> Stored | None:
        """Store the answer if it may be; call it once the job has committed."""


class NoCache:
    """Asks the model every time."""

    def look_up(self, question: Question) -> Lookup:
        """Know nothing."""
        if question.control == ONLY_IF_CACHED:
            raise NotCachedError
        return Lookup(
            question, CacheVerdict(CacheStatus.BYPASS, "No response cache is configured."), Policy()
        )

    def ask(self, lookup: Lookup, listener: Audience, call: Call) -> Answered:
        """Ask the model."""
        return Answered(call(listener), lookup.verdict, lookup)

    def keep(self, answered: Answered) -> Stored | None:
        """Keep nothing."""
        return None


class ResponseCache:
    """The response cache of the fleet; threads share it."""

    def __init__(
        self, store: Store, *, policy_for: PolicyFor = default_policy, library: Callable[[], int | None]
    ) -> None:
        self._store = store
        self._policy_for = policy_for
        self._library = library
        self._hearings = Hearings(store.server)

    def look_up(self, question: Question) -> Lookup:
        """Look the question up within its scope, in one round trip."""
        began = time.monotonic()
        policy = self._policy_for(question.traits)
        if reason := bypassed(question, policy, self._store):
            if question.control == ONLY_IF_CACHED:
                raise NotCachedError
            return Lookup(question, CacheVerdict(CacheStatus.BYPASS, reason), policy)
        assert policy.scope is not None
        scope = Scope.of(policy.scope, question.asker)
        fingerprint = fingerprint_of(question.request, library=self._library())
        name = fingerprint.name_in(scope)
        verdict = verdict_with_key(fingerprint, scope)
        lookup = Lookup(question, verdict, policy, name)
        try:
            lookup = self._find_similar(lookup, scope, began)
            if lookup.found is not None:
                return lookup
            found = self._find(lookup, scope)
        except CacheUnavailableError as error:
            return unavailable(lookup, error)
        return looked(lookup, found, began)

    def ask(self, lookup: Lookup, listener: Audience, call: Call) -> Answered:
        """Get the answer; where the model fails and a rule allows it, one that is too old."""
        try:
            return self._ask(lookup, listener, call)
        except ModelError as error:
            stale = stale_answer(lookup, error)
            if stale is None:
                raise
        listener.start_over()
        listener.on_text(stale.completion.answer.reply)
        self._store.count(stale=1, tokens_saved=stale.verdict.tokens_served)
        return stale

    def _ask(self, lookup: Lookup, listener: Audience, call: Call) -> Answered:
        """Ask as leader, follower or alone; a follower whose leader died looks again, and may lead."""
        while isinstance(lookup.ticket, Follow):
            if followed := self._follow(lookup, lookup.ticket, listener):
                return followed
            listener.start_over()
            lookup = self._again(lookup, listener)
        if cached := cached_answer(lookup, listener):
            return cached
        began = time.monotonic()
        if isinstance(lookup.ticket, Lead):
            flight = Flight(self._store.server, lookup.name, lookup.ticket.owner)
            completion = lead(flight, listener, call, lambda one: is_of(one, lookup.question.request))
        else:
            completion = call(listener)
        return Answered(
            completion, lookup.verdict, lookup, lookup.ticket, took_ms=(time.monotonic() - began) * 1000
        )

    def keep(self, answered: Answered) -> Stored | None:
        """Store the answer under the generations read before the call; None when it may not be stored."""
        if answered.ticket is None or not is_of(answered.completion, answered.lookup.question.request):
            return None
        completion = answered.completion
        facts: dict[str, Argument] = {
            "tokens": tokens_of(completion.usage),
            "ms": round(answered.took_ms),
            "cost_usd": str(completion.usage.cost_usd),
            "model": completion.model,
            "organization": str(answered.lookup.question.asker.organization_id),
            "phase": str(answered.lookup.question.traits.phase),
            "session": str(answered.lookup.question.asker.session_id),
        }
        sign = answered.lookup.sign
        entry = Entry(
            value=encoded(completion),
            generations=answered.ticket.generations,
            ttl=answered.lookup.policy.ttl or self._store.ttl,
            facts=facts,
            owner=answered.ticket.owner if isinstance(answered.ticket, Lead) else "",
            kept_old=answered.lookup.policy.stale_for,
            kin=sign.kin if sign else "",
            sign=sign.as_bytes() if sign else b"",
        )
        try:
            return self._store.put(answered.lookup.name, entry)
        except CacheUnavailableError:
            # The answer is delivered; only the next one who asks pays for it.
            return None

    def _find(self, lookup: Lookup, scope: Scope, *, count: bool = True) -> Found:
        question = lookup.question
        fresh = question.control == NO_CACHE
        flies = not fresh and question.control != ONLY_IF_CACHED
        return self._store.look_up(
            lookup.name,
            tags_of(question.asker, question.request, scope),
            owner=uuid.uuid4().hex if flies else "",
            read=not fresh,
            count=count and question.is_counted,
        )

    def _find_similar(self, lookup: Lookup, scope: Scope, began: float) -> Lookup:
        """Look for the answer to another first message that means the same, where a rule allows that."""
        question = lookup.question
        if not (lookup.policy.similar and question.traits.opening):
            return lookup
        sign = sign_of(question.request, scope, library=self._library())
        lookup = replace(lookup, sign=sign)
        if sign is None or question.control == NO_CACHE:
            return lookup
        alike = most_alike(sign, self._store.near(lookup.name, sign.kin))
        taken = self._store.take(alike.name) if alike else None
        return hit(lookup, taken, began, alike=alike) if taken else lookup

    def _follow(self, lookup: Lookup, ticket: Follow, listener: Audience) -> Answered | None:
        try:
            completion = follow(
                self._hearings, ticket.owner, listener, deadline=lookup.question.request.deadline
            )
        except CacheUnavailableError:
            return None
        if completion is None:
            return None
        served = tokens_of(completion.usage)
        self._store.count(coalesced=1, tokens_saved=served)
        verdict = replace(
            lookup.verdict,
            status=CacheStatus.COALESCED,
            reason="The same question was being answered already.",
            tokens_served=served,
        )
        return Answered(replace(completion, usage=Usage()), verdict, lookup)

    def _again(self, lookup: Lookup, listener: Audience) -> Lookup:
        """Look again for a follower; having waited for seconds, it bears a server that is late."""
        assert lookup.policy.scope is not None
        scope = Scope.of(lookup.policy.scope, lookup.question.asker)
        began = time.monotonic()
        while True:
            try:
                return looked(lookup, self._find(lookup, scope, count=False), began)
            except CacheUnavailableError as error:
                if time.monotonic() - began > LEASE.total_seconds():
                    return unavailable(lookup, error)
            listener.check()
            time.sleep(_PAUSE_SECONDS)
