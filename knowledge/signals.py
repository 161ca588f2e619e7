"""What knowledge tells those above it."""

from enum import StrEnum
from uuid import UUID

from django.dispatch import Signal

okr_changed = Signal()
"""Sent inside the writing transaction, with `organization_id`, `objective_id` and `kind`."""


class Change(StrEnum):
    """What happened to an objective, its key results included."""

    CREATED = "created"
    CHANGED = "changed"
    CHECKED_IN = "checked_in"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CARRIED_OVER = "carried_over"
    DELETED = "deleted"


def announce(kind: Change, *, organization_id: UUID, objective_id: UUID) -> None:
    """Tell everybody who listens; a listener that fails takes the transaction with it."""
    okr_changed.send(
        sender=Change, kind=kind.value, organization_id=organization_id, objective_id=objective_id
    )
