"""Step 7: ask Claude, and hear whether to stop."""

from decimal import Decimal

from django.conf import settings

from conversations.cache.lookup import Answered, Lookup
from conversations.cache.verdict import CacheVerdict
from conversations.crash_points import CrashPoint, crash_point
from conversations.events.channel import Channel
from conversations.leases import Lease
from conversations.llm.client import Listener, ModelRequest
from conversations.llm.discreet import Discreet
from conversations.llm.fallback import first_able
from conversations.llm.route import Route
from conversations.pipeline.claim import Claim
from conversations.pipeline.spend import Metered, set_money_aside
from conversations.ports import Ports
from conversations.sql import release_connection
from conversations.values import Completion, Prompt


class AttemptListener:
    """Keeps what was written and spent so far, tells it on, and stops the stream in time."""

    def __init__(self, lease: Lease, channel: Channel) -> None:
        self._lease = lease
        self._channel = channel
        self._pieces: list[str] = []
        self.spent_usd = Decimal(0)
        self._verdict: CacheVerdict | None = None

    def on_text(self, text: str) -> None:
        """Keep the next piece of the reply."""
        self._pieces.append(text)
        self._channel.token(text)
        crash_point(CrashPoint.MID_STREAM)

    def check(self) -> None:
        """Raise when the job was cancelled or taken over."""
        self._lease.check()

    def start_over(self) -> None:
        """Forget what was written: another call begins."""
        if self._pieces:
            self._channel.reset()
        self._pieces.clear()

    def on_cost(self, dollars: Decimal) -> None:
        """Add what one of the attempt's calls cost; none is given back when the attempt comes to nothing."""
        self.spent_usd += dollars

    def on_verdict(self, verdict: CacheVerdict) -> None:
        """Tell how the cache took part, once that is known, and again when it changes."""
        if verdict.reason and verdict != self._verdict:
            self._verdict = verdict
            self._channel.cache(verdict.status, verdict.reason, verdict.age_seconds)

    @property
    def text(self) -> str:
        """Give the reply as far as it was written."""
        return "".join(self._pieces)


def request_for(
    prompt: Prompt, route: Route, lease: Lease, *, is_retry: bool = False, expires_in: float | None = None
) -> ModelRequest:
    """Give the question as it will be asked, within the limits of this attempt and of the message's life.

    Only what failed is repeated at the expense of the retry budget: those whose worker died would wait for
    credit that nobody earns meanwhile.
    """
    latest = lease.began + settings.CLAUDE_TIMEOUT.total_seconds()
    if expires_in is not None:
        latest = min(latest, lease.began + expires_in)
    return ModelRequest(
        prompt=prompt,
        model=route.model,
        max_tokens=route.max_tokens,
        effort=route.effort,
        deadline=min(lease.deadline, latest),
        idle_timeout=settings.CLAUDE_IDLE_TIMEOUT,
        is_retry=is_retry,
    )


def call_claude(
    claim: Claim, lookup: Lookup, listener: AttemptListener, route: Route, ports: Ports
) -> Answered:
    """Ask once, or hear what another attempt is being told; no database connection is held meanwhile."""
    release_connection()
    crash_point(CrashPoint.BEFORE_CALL)

    def call(ears: Listener) -> Completion:
        set_money_aside(claim, lookup.question.request, route)
        release_connection()
        claude = Discreet(Metered(ports.claude, listener.on_cost))
        return first_able(claude, lookup.question.request, route.fallbacks, ears)

    answered = ports.answers.ask(lookup, listener, call)
    crash_point(CrashPoint.AFTER_CALL)
    return answered
