"""Which answers may be cached, for whom and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from conversations.cache.fingerprint import ScopeKind
from conversations.values import Phase


@dataclass(frozen=True, slots=True)
class Traits:
    """What a rule may look at."""

    organization_id: UUID
    phase: Phase
    opening: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules say about one request; without a rule, an organization shares its answers.

    `scope` None means that nothing is cached; `ttl` None means the usual time. For `stale_for` after that
    an answer may still be given, marked as stale, when the model fails. Where `similar` is set, a session's
    first message may get the answer to one that means the same, and that share of such hits is audited.
    """

    scope: ScopeKind | None = ScopeKind.ORGANIZATION
    ttl: timedelta | None = None
    rule: str = ""
    stale_for: timedelta = timedelta(0)
    similar: bool = False
    audit_share: float = 0.0
    rule_id: int | None = None


PolicyFor = Callable[[Traits], Policy]


def default_policy(_traits: Traits) -> Policy:
    """Give the policy that holds where no rule does."""
    return Policy()
