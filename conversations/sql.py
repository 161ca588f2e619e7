"""Statements that say what no query builder can, and those of every message, composed once for all.

Composing a statement with the query builder takes several times as long as running it.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

M = TypeVar("M", bound=Model)
Value: TypeAlias = int | float | str | UUID | Sequence[int] | Sequence[bool] | Sequence[UUID] | None


def rows(statement: str, **parameters: Value) -> list[tuple[Any, ...]]:
    """Run one statement and give the rows it returns; times are passed as seconds."""
    with connection.cursor() as cursor:
        # Lists become PostgreSQL arrays in psycopg, which Django's stubs do not know.
        cursor.execute(statement, parameters)  # type: ignore[arg-type]
        return list(cursor.fetchall()) if cursor.description else []


def rows_of(*queries: tuple[str, Mapping[str, Value]]) -> list[list[tuple[Any, ...]]]:
    """Run several queries in one round trip and give the rows of each."""
    with contextlib.ExitStack() as stack:
        cursors = [stack.enter_context(connection.cursor()) for _ in queries]
        with together():
            for cursor, (statement, parameters) in zip(cursors, queries, strict=True):
                cursor.execute(statement, parameters)  # type: ignore[arg-type]
        return [list(cursor.fetchall()) for cursor in cursors]


def whole(model: type[M], related: tuple[str, ...], condition: str, **parameters: Value) -> list[M]:
    """Give whole rows as a query set with `select_related` does; the condition calls the table `own`."""
    statement, parts = _reading(model, related, condition)
    found = []
    for row in rows(statement, **parameters):
        values, at = [], 0
        for part in parts:
            values.append(part.made_of(row[at : at + len(part.fields)]))
            at += len(part.fields)
        own, *others = values
        for name, other in zip(related, others, strict=True):
            _fields(model)[name].set_cached_value(own, other)
        found.append(cast("M", own))
    return found


def send(statement: str, **parameters: Value) -> None:
    """Run one statement whose answer nobody needs; fit for `together`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]


def release_connection() -> None:
    """Hand the database connection back to the pool, unless a transaction needs it.

    Call it before every wait for somebody else: the pool is much smaller than the number of threads, and
    the next statement takes a connection by itself.
    """
    if not connection.in_atomic_block:
        connection.close()


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Send the statements of this block one after the other and wait for their answers only at its end.

    On a server next door waiting takes longer than most statements. None of them can use what another
    one gave; what fails is raised by a later one or by the end of the block. A transaction that begins
    in it costs no round trip of its own.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def insert(row: Model) -> None:
    """Insert a new row as `save` does, but without signals; where nothing is given, the database decides."""
    given = [(field, field.pre_save(row, add=True)) for field in _insertable(type(row))]
    given = [(field, value) for field, value in given if not isinstance(value, DatabaseDefault)]
    statement = _insertion(type(row), tuple(field.column for field, _ in given))
    with connection.cursor() as cursor:
        cursor.execute(statement, [field.get_db_prep_save(value, connection) for field, value in given])


def update(model: type[Model], changes: Mapping[str, object], condition: str, *parameters: UUID | int) -> int:
    """Change the rows that meet a condition, as a query set's `update` does; give their number.

    A value is one that the field takes, or `Now()`. Inside `together` the number is not known yet: -1.
    """
    fields = _fields(model)
    given = {fields[name]: value for name, value in changes.items() if not isinstance(value, Now)}
    now = tuple(fields[name].column for name, value in changes.items() if isinstance(value, Now))
    statement = _change(model, tuple(field.column for field in given), now, condition)
    prepared = [field.get_db_prep_save(value, connection) for field, value in given.items()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*prepared, *parameters])
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class _Part:
    """One model's columns in a row."""

    model: type[Model]
    fields: tuple[Any, ...]

    def made_of(self, values: Sequence[Any]) -> Model | None:
        """Make the object; none where a related row is missing."""
        if values[self.fields.index(self.model._meta.pk)] is None:  # noqa: SLF001 - Django documents it.
            return None
        python = [
            field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
            for field, value in zip(self.fields, values, strict=True)
        ]
        return self.model.from_db(connection.alias, [field.attname for field in self.fields], python)


@cache
def _reading(model: type[Model], related: tuple[str, ...], condition: str) -> tuple[str, tuple[_Part, ...]]:
    keys = {name: _fields(model)[name] for name in related}
    models = {"own": model} | {name: key.related_model for name, key in keys.items()}
    parts = {name: _Part(one, tuple(_fields(one).values())) for name, one in models.items()}
    columns = ", ".join(f"{name}.{field.column}" for name, part in parts.items() for field in part.fields)
    joined = "".join(
        f" LEFT JOIN {models[name]._meta.db_table} AS {name}"  # noqa: SLF001
        f" ON {name}.{key.target_field.column} = own.{key.column}"
        for name, key in keys.items()
    )
    statement = f"SELECT {columns} FROM {model._meta.db_table} AS own{joined} WHERE {condition}"  # noqa: S608, SLF001 - ours.  # nosec B608
    return statement, tuple(parts.values())


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
