"""Bring a backup back: into an empty database, or over another one when somebody insists."""

from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError

from okrproject.backup import programs
from okrproject.stack.standalone import database_of

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


class RestoreRefusedError(Exception):
    """Restoring here would overwrite something."""


def restore(data_dir: Path, path: Path, *, force: bool) -> int:
    """Fill the stack's database from a backup and give the number of its tables.

    Raises RestoreRefusedError, unless forced, when a stack is running or the database holds anything. A
    file that cannot be read is refused before anything is touched.
    """
    programs.contents(path)
    with database_of(data_dir) as database:
        if database.in_use and not force:
            raise RestoreRefusedError(
                "A stack is running on this database: stop it first, or restore under it with --force."
            )
        if _tables(database.url) and not force:
            raise RestoreRefusedError("The database is not empty: --force replaces all that is in it.")
        _empty(database.url)
        programs.load(database.url, path)
        if database.in_use:
            _empty_cache()
        return _tables(database.url)


def _tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute(_TABLES).fetchone()
    return int(found[0]) if found else 0


def _empty(url: str) -> None:
    """Put a new database in the place of the old one; whoever is connected to that is cut off."""
    name = urlsplit(url).path.lstrip("/")
    other = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _empty_cache() -> None:
    # Answers that were made from what the database no longer says.
    try:
        with Redis.from_url(settings.CACHE_REDIS_URL, socket_timeout=5, socket_connect_timeout=2) as redis:
            redis.flushdb()
    except RedisError:
        return
