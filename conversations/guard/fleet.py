"""The fleet's guard: one round trip before a call and one after; without Redis each process guards alone."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from conversations.guard.local import LocalGuard
from conversations.guard.values import Ask, Permit, Reason, Result, Rules, held_back
from conversations.llm.client import ProviderLimits
from conversations.metrics import count_breaker, count_guard_alone, count_leave, count_outcome
from conversations.scripts import (
    PATIENCE_SECONDS,
    Argument,
    ScriptServer,
    ServerUnavailableError,
    scripts_in,
)

logger = logging.getLogger(__name__)

PREFIX: Final = "okr:guard:"
_SCRIPTS: Final = scripts_in(Path(__file__).with_name("lua"))


class FleetGuard:
    """Breaker, permits, limits and the retry budget in Redis; threads and processes share them.

    `now` (in ms) replaces the server's clock in tests.
    """

    def __init__(
        self, url: str, rules: Rules, *, patience: float = PATIENCE_SECONDS, now: int | None = None
    ) -> None:
        self.server = ScriptServer(url, _SCRIPTS, patience=patience)
        self.now = now
        self._rules = rules
        self._local = LocalGuard(rules)

    def enter(self, ask: Ask) -> Permit:
        """Give leave for one call, or raise HeldBackError."""
        permit = uuid.uuid4().hex
        try:
            answer = self.server.run("enter", self._entering(ask, permit))
        except ServerUnavailableError:
            count_guard_alone()
            return self._local.enter(ask)
        if answer[0] != b"go":
            reason = Reason(answer[0].decode())
            count_leave(reason.value)
            raise held_back(reason, timedelta(milliseconds=max(int(answer[1]), 1)))
        count_leave("given")
        return Permit(permit, ask, int(answer[1]), is_probe=bool(answer[2]), output_tokens=int(answer[3]))

    def renew(self, permit: Permit) -> None:
        """Say that the call goes on."""
        if permit.local:
            self._local.renew(permit)
            return
        try:
            self.server.run("renew", [PREFIX, self._now(), permit.ask.model, permit.id, self._life()])
        except ServerUnavailableError:
            # The permit is free for somebody else after its life; the call goes on.
            return

    def leave(self, permit: Permit, result: Result) -> None:
        """Free the permit and count the result, in Redis or, where that is away, in this process."""
        count_outcome(result.outcome.value)
        if permit.local:
            self._local.leave(permit, result)
            return
        self._local.hear(permit, result.outcome)
        try:
            state, opened, closed = self.server.run("leave", self._leaving(permit, result))
        except ServerUnavailableError:
            count_guard_alone()
            return
        if opened or closed:
            count_breaker(permit.ask.model, state.decode())
            logger.warning(
                "The breaker has changed.", extra={"model": permit.ask.model, "state": state.decode()}
            )

    def _entering(self, ask: Ask, permit: str) -> list[Argument]:
        rules = self._rules
        return [
            PREFIX, self._now(), ask.model, permit, self._life(), rules.most_in_flight,
            int(ask.is_retry), ask.input_tokens, "",
            rules.requests_per_minute, rules.input_tokens_per_minute, rules.output_tokens_per_minute,
            round(rules.retry_share * 1000), rules.retry_burst * 1000, _ms(rules.retry_in_any_case),
            rules.retry_start * 1000,
        ]  # fmt: skip

    def _leaving(self, permit: Permit, result: Result) -> list[Argument]:
        breaker = self._rules.breaker
        return [
            PREFIX, self._now(), permit.ask.model, permit.id, permit.generation, int(permit.is_probe),
            result.outcome.value, _ms(result.retry_after), int(result.is_limited),
            permit.ask.input_tokens, permit.output_tokens,
            _told(result.input_tokens), _told(result.output_tokens),
            *_limits(result.limits),
            breaker.failures, breaker.share, _ms(breaker.rest), _ms(breaker.longest_rest),
            _ms(breaker.stretch), breaker.stretches,
        ]  # fmt: skip

    def _now(self) -> str:
        return "" if self.now is None else str(self.now)

    def _life(self) -> int:
        return _ms(self._rules.permit_life)


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """How the guard stands towards one model: its breaker, waits in ms, limits a minute and what is left."""

    state: str
    rest_ms: int
    blocked_ms: int
    reason: str
    limits: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the guard stands at this moment."""

    in_flight: int
    retry_credit: float | None
    models: dict[str, ModelStanding]

    @property
    def breaker(self) -> str:
        """Give the worst state of all models."""
        states = [one.state for one in self.models.values()]
        return next((state for state in ("open", "half_open") if state in states), "closed")


def look(server: ScriptServer, models: tuple[str, ...], *, now: int | None = None) -> Standing:
    """Ask how the guard stands; raises ServerUnavailableError."""
    in_flight, credit, *found = server.run("look", [PREFIX, "" if now is None else now, *models])
    return Standing(
        int(in_flight),
        float(credit) / 1000 if credit else None,
        {model: _standing(one) for model, one in zip(models, found, strict=True)},
    )


def guard_server(url: str, *, patience: float = PATIENCE_SECONDS) -> ScriptServer:
    """Give the guard's scripts to those who only look."""
    return ScriptServer(url, _SCRIPTS, patience=patience)


def _standing(told: list[bytes | int]) -> ModelStanding:
    state, rest, blocked, reason, *levels = told
    assert isinstance(state, bytes)
    assert isinstance(reason, bytes)
    kinds = zip(("requests", "input_tokens", "output_tokens"), levels[::2], levels[1::2], strict=True)
    limits = {kind: (int(limit), int(left)) for kind, limit, left in kinds if int(limit)}
    return ModelStanding(state.decode(), int(rest), int(blocked), reason.decode(), limits)


def _limits(told: ProviderLimits | None) -> list[int]:
    limits = told or ProviderLimits()
    pairs = (limits.requests, limits.input_tokens, limits.output_tokens)
    return [value for limit in pairs for value in (limit or (-1, -1))]


def _told(tokens: int | None) -> int:
    return -1 if tokens is None else tokens


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
