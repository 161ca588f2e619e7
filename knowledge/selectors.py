"""Everything that reads OKRs."""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from knowledge.choices import ObjectiveStatus
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective, User
from knowledge.progress import Measure, Share, objective_progress, progress_of

STALE_AFTER = timedelta(days=14)


def cycles_of(user: User) -> QuerySet[Cycle]:
    """Give the cycles a person may see."""
    return Cycle.objects.filter(organization_id=user.organization_id)


def objectives_of(user: User) -> QuerySet[Objective]:
    """Give the objectives a person may see, with what their outputs show, in two queries."""
    return complete(Objective.objects.filter(organization_id=user.organization_id))


def complete(objectives: QuerySet[Objective]) -> QuerySet[Objective]:
    """Fetch owners and key results, archived ones aside, together with the objectives."""
    return objectives.select_related("owner").prefetch_related(
        Prefetch("key_results", queryset=KeyResult.objects.filter(archived_at=None))
    )


def key_results_of(user: User) -> QuerySet[KeyResult]:
    """Give the key results a person may see."""
    return KeyResult.objects.filter(organization_id=user.organization_id)


def check_ins_of(user: User) -> QuerySet[CheckIn]:
    """Give the check-ins a person may see."""
    return CheckIn.objects.filter(organization_id=user.organization_id).select_related("author")


def initiatives_of(user: User) -> QuerySet[Initiative]:
    """Give the initiatives a person may see."""
    return Initiative.objects.filter(organization_id=user.organization_id)


def stale(objectives: QuerySet[Objective], *, is_stale: bool = True) -> QuerySet[Objective]:
    """Keep the active objectives nobody checked in on for two weeks, or all others.

    An objective without a check-in is given two weeks from the day it was written down; one that was
    brought in with older check-ins is not.
    """
    newest = KeyResult.objects.filter(
        objective=OuterRef("pk"), archived_at=None, checked_in_at__isnull=False
    ).order_by("-checked_in_at")
    # One value for each objective: as an OR of two EXISTS the planner would read every key result.
    heard = Coalesce(Subquery(newest.values("checked_in_at")[:1]), "created_at")
    waiting = objectives.alias(heard=heard).filter(
        status=ObjectiveStatus.ACTIVE, heard__lt=timezone.now() - STALE_AFTER
    )
    return waiting if is_stale else objectives.exclude(pk__in=waiting.order_by().values("pk"))


def below(objectives: QuerySet[Objective], parent: UUID) -> QuerySet[Objective]:
    """Keep what is aligned to this objective, to one of its key results, or to this key result."""
    # Asked for first: as one query the planner would read every objective.
    results = KeyResult.objects.filter(Q(pk=parent) | Q(objective=parent)).values_list("pk", flat=True)
    return objectives.filter(Q(parent_objective=parent) | Q(parent_key_result__in=list(results)))


def titled(objectives: QuerySet[Objective], text: str) -> QuerySet[Objective]:
    """Keep the objectives whose title has words beginning like each word of the text, in any case."""
    words = re.findall(r"\w+", text)
    if not words:
        return objectives.none()
    query = SearchQuery(" & ".join(f"'{word}':*" for word in words), search_type="raw", config="simple")
    return objectives.alias(title_words=SearchVector("title", config="simple")).filter(title_words=query)


def progress_of_key_result(result: KeyResult) -> float | None:
    """Compute a key result's progress, 0 to 100, or None where it cannot be known."""
    return progress_of(
        Measure(
            current=result.current_value,
            target=result.target,
            baseline=result.baseline,
            kind=result.kind,
            direction=result.direction,
            band=result.band,
        )
    )


def progress_of_objective(results: Sequence[KeyResult]) -> float | None:
    """Compute an objective's progress from its key results that are not archived."""
    return objective_progress(Share(progress_of_key_result(one), one.weight) for one in results)


def objectives_for_export(rows: QuerySet[Objective]) -> list[Objective]:
    """Fetch objectives, oldest first, with all that an export holds."""
    check_ins = CheckIn.objects.select_related("author").order_by("checked_in_at", "created_at", "id")
    results = KeyResult.objects.select_related("owner").prefetch_related(
        Prefetch("check_ins", queryset=check_ins)
    )
    return list(
        rows.select_related("owner", "team", "cycle", "parent_objective", "parent_key_result", "carried_from")
        .prefetch_related(Prefetch("key_results", queryset=results))
        .order_by("created_at", "id")
    )
