"""Every way an answer stops being valid.

A change fires its rules inside its own transaction, so the record of an invalidation commits with the
change. The tags are bumped after the commit; where the cache server is away, the sweep bumps them later.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from conversations.cache.browse import DryRun, dry_run
from conversations.cache.live import patient_store
from conversations.cache.rules import RULES, rule_of
from conversations.cache.server import CacheUnavailableError
from conversations.cache.store import Bump
from conversations.llm.catalogue import family
from conversations.models import CacheEvent, CacheFiring, CacheRule, RouteRule
from conversations.routing import named_model
from knowledge.models import User

logger = logging.getLogger(__name__)

_SWEEP_BATCH: Final = 200
_OURS_TO_APPLY: Final = timedelta(seconds=2)
_written_by_coach: ContextVar[bool] = ContextVar("written_by_coach", default=False)


@dataclass(slots=True)
class _Apply:
    """To be done once the transaction has committed."""

    tags: tuple[str, ...]
    firing_id: int
    done: bool = False

    def __call__(self) -> None:
        self.done = True
        apply_firings(CacheFiring.objects.filter(pk=self.firing_id))


def fire(
    event: CacheEvent,
    facts: Mapping[str, object],
    *,
    why: str,
    organization_id: UUID | None = None,
    kind: str = "",
    who: User | None = None,
) -> None:
    """Fire the rules about an event; the facts fill the placeholders of their tags."""
    for rule in RULES.about(event, organization_id=organization_id, kind=kind):
        tags = tuple(one.format_map(_Facts(facts)) for one in rule.templates)
        if not _is_waiting_for_commit(tags):
            _record(tags, rule_id=rule.id, rule_name=rule.name, why=why, who=who)


def fire_rule(row: CacheRule, *, who: User, why: str) -> CacheFiring | None:
    """Fire one rule by hand, for everything it could be about; None when nothing cached depends on it."""
    found = dry_run_of(row)
    return fire_tags(found.tags, who=who, why=why, rule=row) if found.tags else None


def dry_run_of(row: CacheRule) -> DryRun:
    """Say what firing a rule by hand would do, and change nothing."""
    templates = [
        one.replace("{organization}", str(row.organization_id)) if row.organization_id else one
        for one in rule_of(row).templates
    ]
    return dry_run(patient_store(), templates)


def fire_tags(
    tags: Sequence[str], *, why: str, who: User | None = None, rule: CacheRule | None = None
) -> CacheFiring:
    """Invalidate these tags once the transaction has committed."""
    return _record(
        tuple(tags),
        rule_id=rule.pk if rule else None,
        rule_name=rule.name if rule else "By hand",
        why=why,
        who=who,
    )


def undo(firing: CacheFiring, *, who: User) -> bool:
    """Take an invalidation back, while nothing else has invalidated the same since.

    Raises CacheUnavailableError.
    """
    if firing.undone_at or not firing.bumps:
        return False
    if not patient_store().restore([Bump(*one) for one in firing.bumps]):
        return False
    CacheFiring.objects.filter(pk=firing.pk).update(undone_at=Now(), undone_by=who)
    return True


def apply_pending() -> int:
    """Apply the invalidations whose process died or found the cache server away."""
    waiting = CacheFiring.objects.filter(applied_at=None, created_at__lt=Now() - _OURS_TO_APPLY)
    return apply_firings(waiting.order_by("id")[:_SWEEP_BATCH])


def apply_firings(firings: Iterable[CacheFiring]) -> int:
    """Bump the tags of these firings; stop at the first that the cache server does not take."""
    applied = 0
    for firing in firings:
        try:
            bumps = patient_store().bump(firing.tags)
        except CacheUnavailableError:
            logger.warning("An invalidation waits for the cache server.", extra={"firing": firing.pk})
            break
        CacheFiring.objects.filter(pk=firing.pk).update(
            applied_at=Now(), bumps=[[one.tag, one.before, one.after] for one in bumps]
        )
        applied += 1
    return applied


@contextmanager
def coach_writes() -> Iterator[None]:
    """Mark what is written inside as the coach's own writing-up of what was approved.

    It tells nothing that the conversation did not say, so it invalidates nothing: otherwise every
    session that completes would empty its organization's cache.
    """
    token = _written_by_coach.set(True)
    try:
        yield
    finally:
        _written_by_coach.reset(token)


def on_okr_changed(*, kind: str, organization_id: UUID, objective_id: UUID, **_: object) -> None:
    """Fire the rules about OKRs; knowledge's signal arrives inside the transaction of the change."""
    if _written_by_coach.get():
        return
    fire(
        CacheEvent.OKR_CHANGED,
        {"organization": organization_id, "objective": objective_id},
        why=f"An objective was {kind.replace('_', ' ')}.",
        organization_id=organization_id,
        kind=kind,
    )


def on_library_changed(**_: object) -> None:
    """Fire the rules about the library."""
    fire(CacheEvent.LIBRARY_CHANGED, {}, why="An item of the library was changed.")


def on_route_saved(*, instance: RouteRule, **_: object) -> None:
    """Fire the rules about models when a route is about to ask another one, or none."""
    before = RouteRule.objects.filter(pk=instance.pk, enabled=True).first()
    if before is not None and (not instance.enabled or _model_of(instance) != _model_of(before)):
        on_route_deleted(instance=before)


def on_route_deleted(*, instance: RouteRule, **_: object) -> None:
    """Fire the rules about models for the one that this route asked until now."""
    model = _model_of(instance)
    fire(CacheEvent.MODEL_CHANGED, {"model": model}, why=f"“{instance.name}” asks {model} no more.")


def _model_of(route: RouteRule) -> str:
    return family(named_model(route.model))


def _record(
    tags: tuple[str, ...], *, rule_id: int | None, rule_name: str, why: str, who: User | None
) -> CacheFiring:
    with transaction.atomic():
        firing = CacheFiring.objects.create(
            rule_id=rule_id, rule_name=rule_name, tags=list(tags), why=why[:200], who=who
        )
        transaction.on_commit(_Apply(tags, firing.pk))
    return firing


def _is_waiting_for_commit(tags: tuple[str, ...]) -> bool:
    # An import changes a thousand objectives in one transaction; one bump serves them all. Django
    # drops the callbacks of a savepoint that is rolled back, so what is in the list will happen.
    callbacks = (callback for _, callback, *_ in connection.run_on_commit)
    return any(isinstance(one, _Apply) and one.tags == tags and not one.done for one in callbacks)


class _Facts(dict[str, object]):
    """The facts of an event; a placeholder the event has nothing for becomes a tag nobody carries."""

    def __missing__(self, key: str) -> str:
        return f"no-{key}"
