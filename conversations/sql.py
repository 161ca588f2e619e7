"""Statements that say what no query builder can, and those of every message, composed once for all.

Composing a statement with the query builder takes several times as long as running it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

Value: TypeAlias = int | float | str | UUID | Sequence[int] | Sequence[bool] | Sequence[UUID] | None


def rows(statement: str, **parameters: Value) -> list[tuple[Any, ...]]:
    """Run one statement and give the rows it returns; times are passed as seconds."""
    with connection.cursor() as cursor:
        # Lists become PostgreSQL arrays in psycopg, which Django's stubs do not know.
        cursor.execute(statement, parameters)  # type: ignore[arg-type]
        return list(cursor.fetchall()) if cursor.description else []


def insert(row: Model) -> None:
    """Insert a new row as `save` does, but without signals; where nothing is given, the database decides."""
    given = [(field, field.pre_save(row, add=True)) for field in _insertable(type(row))]
    given = [(field, value) for field, value in given if not isinstance(value, DatabaseDefault)]
    statement = _insertion(type(row), tuple(field.column for field, _ in given))
    with connection.cursor() as cursor:
        cursor.execute(statement, [field.get_db_prep_save(value, connection) for field, value in given])


def update(model: type[Model], changes: Mapping[str, object], condition: str, *parameters: UUID | int) -> int:
    """Change the rows that meet a condition, as a query set's `update` does; give their number.

    A value is one that the field takes, or `Now()`.
    """
    fields = _fields(model)
    given = {fields[name]: value for name, value in changes.items() if not isinstance(value, Now)}
    now = tuple(fields[name].column for name, value in changes.items() if isinstance(value, Now))
    statement = _change(model, tuple(field.column for field in given), now, condition)
    prepared = [field.get_db_prep_save(value, connection) for field, value in given.items()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*prepared, *parameters])
        return int(cursor.rowcount)


@cache
def _fields(model: type[Model]) -> Mapping[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django documents it.


@cache
def _insertable(model: type[Model]) -> tuple[Any, ...]:
    return tuple(field for field in _fields(model).values() if not isinstance(field, AutoField))


@cache
def _insertion(model: type[Model], columns: tuple[str, ...]) -> str:
    places = ", ".join("%s" for _ in columns)
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608, SLF001 - ours.  # nosec B608


@cache
def _change(model: type[Model], given: tuple[str, ...], now: tuple[str, ...], condition: str) -> str:
    changes = ", ".join(
        [f"{column} = %s" for column in given] + [f"{column} = statement_timestamp()" for column in now]
    )
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE {condition}"  # noqa: S608, SLF001 - ours.  # nosec B608
