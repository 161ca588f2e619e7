"""The rules as rows, read anew every few seconds: what may be cached, and what an event makes a miss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from conversations.cache.fingerprint import ScopeKind
from conversations.cache.policy import Policy, Traits
from conversations.kept import Kept
from conversations.models import CacheEvent, CacheRule, CacheScope

_LONGEST_AGE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that is switched on."""

    id: int
    name: str
    event: str
    organization_id: UUID | None
    phase: str
    openings_only: bool
    kinds: frozenset[str]
    policy: Policy
    templates: tuple[str, ...]

    def fits(self, traits: Traits) -> bool:
        """Tell whether the rule is about this request."""
        return (
            self.organization_id in (None, traits.organization_id)
            and self.phase in ("", traits.phase)
            and (traits.opening or not self.openings_only)
        )

    def reacts_to(self, organization_id: UUID | None, kind: str) -> bool:
        """Tell whether the rule is about this change."""
        return self.organization_id in (None, organization_id) and (not self.kinds or kind in self.kinds)


class RuleBook:
    """The rules of one process; a change of a row is heard within seconds."""

    def __init__(self) -> None:
        self._rules = Kept(_enabled_rules)

    def policy_for(self, traits: Traits) -> Policy:
        """Give what the first fitting rule about requests says."""
        about_requests = (one for one in self.rules() if one.event == CacheEvent.REQUEST)
        return next((one.policy for one in about_requests if one.fits(traits)), Policy())

    def about(self, event: CacheEvent, *, organization_id: UUID | None, kind: str = "") -> tuple[Rule, ...]:
        """Give the rules that react to this event."""
        return tuple(
            one for one in self.rules() if one.event == event and one.reacts_to(organization_id, kind)
        )

    def rules(self) -> Sequence[Rule]:
        """Give the rules that are switched on, in order."""
        return self._rules.get()

    def forget(self) -> None:
        """Read the rows anew with the next question."""
        self._rules.forget()


def _enabled_rules() -> Sequence[Rule]:
    return tuple(rule_of(row) for row in CacheRule.objects.filter(enabled=True))


def rule_of(row: CacheRule) -> Rule:
    """Read a row."""
    scope = None if row.scope == CacheScope.NOBODY else ScopeKind(row.scope)
    return Rule(
        id=row.pk,
        name=row.name,
        event=row.event,
        organization_id=row.organization_id,
        phase=row.phase,
        openings_only=row.openings_only,
        kinds=frozenset(row.kinds.replace(",", " ").split()),
        policy=Policy(
            scope,
            _age(row.ttl) or None,
            row.name,
            _age(row.stale_for),
            similar=row.similar,
            audit_share=row.audit_share,
            rule_id=row.pk,
        ),
        templates=tuple(line.strip() for line in row.tags.splitlines() if line.strip()),
    )


def _age(given: timedelta | None) -> timedelta:
    return min(max(given or timedelta(0), timedelta(0)), _LONGEST_AGE)


# One per process: its threads share what was read.
RULES: Final = RuleBook()
