"""Promises that PostgreSQL keeps and Django has no word for."""

from collections.abc import Collection
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import ForeignKey


class SameOrganization(models.BaseConstraint):
    """A reference that cannot leave the row's organization: a foreign key over both columns.

    The row referred to needs a unique constraint over (`organization`, `id`). A trigger would need
    locks to be right under concurrency; a foreign key is right by itself.
    """

    default_violation_error_message = "This belongs to another organization."
    violation_error_code = "other_organization"

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Add the constraint once every table of the migration stands."""
        if schema_editor is not None:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Give the statement that adds the constraint."""
        field = self._reference(model)
        target = field.related_model
        return (
            f'ALTER TABLE "{_table(model)}" ADD CONSTRAINT "{self.name}" '
            f'FOREIGN KEY ("organization_id", "{field.column}") '
            f'REFERENCES "{_table(target)}" ("organization_id", "{field.target_field.column}")'
        )

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Give the statement that drops the constraint."""
        return f'ALTER TABLE "{_table(model)}" DROP CONSTRAINT "{self.name}"'

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = "default",
    ) -> None:
        """Refuse a reference to another organization's row, for forms."""
        if exclude and (self.field in exclude or "organization" in exclude):
            return
        target = getattr(instance, self.field)
        if target is not None and target.organization_id != getattr(instance, "organization_id", None):
            raise ValidationError({self.field: self.get_violation_error_message()})

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Describe the constraint to a migration."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            (),
            {"field": self.field, "name": self.name},
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameOrganization):
            return (self.field, self.name) == (other.field, other.name)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.field, self.name))

    def _reference(self, model: type[models.Model] | None) -> "ForeignKey[Any, Any]":
        field = model and model._meta.get_field(self.field)  # noqa: SLF001 - Django's public name for it
        if not isinstance(field, ForeignKey):
            raise TypeError(f"{self.field} is not a foreign key.")
        return field


def _table(model: type[models.Model] | None) -> str:
    if model is None:
        raise TypeError("A constraint belongs to a table.")
    return model._meta.db_table  # noqa: SLF001 - Django's public name for it


def _refusal(name: str, sentence: str) -> str:
    return (
        f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation', "
        f"CONSTRAINT = '{name}', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;"
    )


def append_only(name: str) -> pgtrigger.Trigger:
    """Make a table take new rows and nothing else."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=_refusal(name, "Rows of this table are never changed."),
    )


def fixed(name: str, *fields: str) -> pgtrigger.Trigger:
    """Make fields keep the value they were created with."""
    condition = pgtrigger.Q(**{f"old__{fields[0]}__df": pgtrigger.F(f"new__{fields[0]}")})
    for field in fields[1:]:
        condition |= pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")})
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=condition,
        func=_refusal(name, "This never changes once set."),
    )


_aligned = pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]  # pgtrigger leaves it untyped.
    "parent_objective_id", "parent_key_result_id"
)
_WALK_UP = """
    PERFORM pg_advisory_xact_lock(hashtext('objective alignment'), hashtext(NEW.organization_id::text));
    IF EXISTS (
        WITH RECURSIVE ancestor(id) AS (
            SELECT COALESCE(NEW.parent_objective_id, (
                SELECT objective_id FROM knowledge_keyresult WHERE id = NEW.parent_key_result_id
            ))
            UNION
            SELECT COALESCE(o.parent_objective_id, k.objective_id)
            FROM ancestor
            JOIN knowledge_objective o ON o.id = ancestor.id
            LEFT JOIN knowledge_keyresult k ON k.id = o.parent_key_result_id
        )
        SELECT 1 FROM ancestor WHERE id = NEW.id
    ) THEN
        {refusal}
    END IF;
    RETURN NULL;
"""


def acyclic_alignment(name: str) -> pgtrigger.Trigger:
    """Refuse an alignment that would make an objective its own ancestor.

    Two people may each close one half of a circle at the same moment, so alignments of one
    organization are checked one at a time: the lock is held until commit, and the walk that follows
    it sees what the other has committed. It runs after the row is written, so that one statement
    moving several objectives is judged by its end.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | _aligned,
        condition=pgtrigger.Q(new__parent_objective__isnull=False)
        | pgtrigger.Q(new__parent_key_result__isnull=False),
        func=_WALK_UP.replace("{refusal}", _refusal(name, "An objective cannot be its own ancestor.")),
    )


def newest_check_in_wins(name: str) -> pgtrigger.Trigger:
    """Carry a check-in's value to its key result, unless a later one is already there."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
            UPDATE knowledge_keyresult
            SET current_value = NEW.value, confidence = NEW.confidence,
                checked_in_at = NEW.checked_in_at, updated_at = GREATEST(updated_at, NEW.created_at)
            WHERE id = NEW.key_result_id
                AND (checked_in_at IS NULL OR checked_in_at <= NEW.checked_in_at);
            RETURN NULL;
        """,
    )
