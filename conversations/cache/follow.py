"""Follow a call that somebody else makes: hear its text as it comes, and its end."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import orjson

from conversations.cache.codec import UnreadableEntryError, decoded
from conversations.cache.fingerprint import PREFIX
from conversations.cache.flight import LEASE, Audience, as_bytes
from conversations.cache.server import CacheServer, CacheUnavailableError
from conversations.errors import (
    BreakerOpenError,
    CredentialsRejectedError,
    LimitReachedError,
    ModelError,
    ModelTimeoutError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RefusedError,
    RequestRejectedError,
    SpendLimitError,
)
from conversations.values import Completion

_NEWS_SECONDS: Final = 0.05
# What the provider says to one of them it would say to all; the rest is the leader's own trouble.
_SHARED: Final[dict[str, type[ModelError]]] = {
    kind.code: kind
    for kind in (
        RateLimitedError,
        OverloadedError,
        ProviderFailedError,
        RefusedError,
        RequestRejectedError,
        SpendLimitError,
        CredentialsRejectedError,
        BreakerOpenError,
        LimitReachedError,
    )
}


@dataclass(frozen=True, slots=True)
class News:
    """What is known of a leader's call."""

    state: str = "writing"
    text: bytes = b""
    end: bytes = b""


class Hearing:
    """The news of one leader in this process: however many follow, one of them fetches."""

    def __init__(self, server: CacheServer, owner: str) -> None:
        self._server = server
        self._owner = owner
        self._news = News()
        self._fetched = 0.0
        self._changed = threading.Condition()
        self._fetching = False
        self.followers = 0

    def news(self, heard: int) -> News:
        """Give the news once there are some beyond what was heard, or after a moment without."""
        with self._changed:
            wait = self._fetched + _NEWS_SECONDS - time.monotonic()
            if self._fetching or wait > 0:
                self._changed.wait_for(
                    lambda: len(self._news.text) > heard or self._news.state != "writing",
                    max(wait, 0.005),
                )
                return self._news
            self._fetching = True
            so_far = self._news
        try:
            fresh = self._fetch(so_far)
        except BaseException:
            with self._changed:
                self._fetching = False
            raise
        with self._changed:
            self._news, self._fetched, self._fetching = fresh, time.monotonic(), False
            self._changed.notify_all()
        return fresh

    def _fetch(self, so_far: News) -> News:
        state, content = self._server.run("watch", [PREFIX, self._owner, len(so_far.text)])
        if state == b"ended":
            return News("ended", so_far.text, content)
        return News(state.decode(), so_far.text + content)


class Hearings:
    """The leaders that somebody in this process follows."""

    def __init__(self, server: CacheServer) -> None:
        self._server = server
        self._by_owner: dict[str, Hearing] = {}
        self._lock = threading.Lock()

    def join(self, owner: str) -> Hearing:
        """Begin to follow; each join is followed by one `leave`."""
        with self._lock:
            hearing = self._by_owner.setdefault(owner, Hearing(self._server, owner))
            hearing.followers += 1
            return hearing

    def leave(self, owner: str) -> None:
        """End following; the last one clears up."""
        with self._lock:
            hearing = self._by_owner[owner]
            hearing.followers -= 1
            if not hearing.followers:
                del self._by_owner[owner]


def follow(hearings: Hearings, owner: str, listener: Audience, *, deadline: float) -> Completion | None:
    """Hear the leader's answer as it comes; None when it ended without one that can be shared.

    Raises the provider's error where all would get the same, ModelTimeoutError at the follower's own
    deadline, and CacheUnavailableError.
    """
    hearing = hearings.join(owner)
    try:
        return _heard_to_the_end(hearing, listener, deadline)
    finally:
        hearings.leave(owner)


def _heard_to_the_end(hearing: Hearing, listener: Audience, deadline: float) -> Completion | None:
    began = time.monotonic()
    told, first_token_ms = b"", None
    for news in _news_of(hearing, listener, deadline):
        if first_token_ms is None and (news.text or news.state == "ended"):
            first_token_ms = (time.monotonic() - began) * 1000
        if news.state == "ended":
            completion = _ended(news.end, told, listener)
            return completion and replace(completion, first_token_ms=first_token_ms)
        if len(news.text) > len(told):
            listener.on_text(news.text[len(told) :].decode("utf-8", "surrogatepass"))
            told = news.text
    return None


def _news_of(hearing: Hearing, listener: Audience, deadline: float) -> Iterator[News]:
    """Give news until the leader is dead; bear a server that is away for as long as a leader may be."""
    lost_at: float | None = None
    news = News()
    while True:
        listener.check()
        if time.monotonic() >= deadline:
            raise ModelTimeoutError
        try:
            news = hearing.news(len(news.text))
        except CacheUnavailableError:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at > LEASE.total_seconds():
                raise
            time.sleep(_NEWS_SECONDS)
            continue
        lost_at = None
        yield news
        if news.state == "dead":
            return


def _ended(end: bytes, told: bytes, listener: Audience) -> Completion | None:
    found = orjson.loads(end)
    if "answer" not in found:
        if found["failed"] in _SHARED:
            raise _SHARED[found["failed"]](found["message"], retry_after=found["retry_after"])
        return None
    try:
        completion = decoded(found["answer"])
    except UnreadableEntryError:
        return None
    tell_rest(completion.answer.reply, told, listener)
    return completion


def tell_rest(reply: str, told: bytes, listener: Audience) -> None:
    """Tell what is left of a reply; from the start, if something else was told."""
    whole = as_bytes(reply)
    if not whole.startswith(told):
        listener.start_over()
        told = b""
    if rest := whole[len(told) :].decode("utf-8", "surrogatepass"):
        listener.on_text(rest)
