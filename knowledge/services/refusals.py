"""The database's refusals, in words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction

from knowledge.errors import InvalidFieldError

_MISSING = "There is no such object in this organization."
_TAKEN = "Another one has this already."
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "cycle_name_unique_in_organization": ("name", "Another cycle has this name."),
    "cycle_ends_after_it_starts": ("ends_on", "A cycle ends after it starts."),
    "objective_alignment_acyclic": ("parent_objective", "An objective cannot be its own ancestor."),
    "objective_has_one_parent": ("parent_objective", "Give one parent: an objective or a key result."),
    "objective_external_id_unique": ("external_id", _TAKEN),
    "objective_due_after_it_starts": ("due_on", "It is due after it starts."),
    "objective_cycle_same_organization": ("cycle", _MISSING),
    "objective_team_same_organization": ("team", _MISSING),
    "objective_owner_same_organization": ("owner", _MISSING),
    "objective_parent_same_organization": ("parent_objective", _MISSING),
    "objective_parent_result_same_organization": ("parent_key_result", _MISSING),
    "key_result_external_id_unique": ("external_id", _TAKEN),
    "key_result_band_of_a_maintained_value": ("band", "Only a maintained value has a band."),
    "key_result_target_lies_in_its_direction": (
        "target",
        "The target lies on the other side of the baseline than the direction says.",
    ),
    "key_result_owner_same_organization": ("owner", _MISSING),
    "check_in_external_id_unique": ("external_id", _TAKEN),
    "initiative_result_same_organization": ("key_result", _MISSING),
    "initiative_owner_same_organization": ("owner", _MISSING),
}


@contextmanager
def explained() -> Iterator[None]:
    """Raise what a named constraint refuses as InvalidFieldError; the transaction is lost either way."""
    try:
        yield
    except IntegrityError as error:
        meaning = _MEANINGS.get(_constraint_of(error))
        if meaning is None:
            raise
        raise InvalidFieldError(*meaning) from error


@contextmanager
def writing() -> Iterator[None]:
    """Run one transaction, its refusals explained."""
    with explained(), transaction.atomic():
        yield


def _constraint_of(error: IntegrityError) -> str:
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
