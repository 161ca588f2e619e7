"""The database backend; Django looks for it under this name."""

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import ConnectionPool


class WarmPool(ConnectionPool[Connection[Any]]):
    """A pool that hands out the connection that came back last.

    psycopg's own takes turns. After a moment with many at work, every message then met another server
    process, which had prepared none of its statements and whose caches held other pages; those that
    nobody needs any more were kept from growing idle, too.
    """

    def _get_ready_connection(self, timeout: float | None) -> Connection[Any] | None:
        # The ready ones lie in the order they came back, and the leftmost is taken.
        self._pool.rotate(1)
        return super()._get_ready_connection(timeout)

    def putconn(self, conn: Connection[Any]) -> None:
        """Take a connection back; with one that broke the idle ones go, too.

        They have likely lost the same server, and without taking turns they would fail whoever meets
        them in the next crowd, hours later. One that is older than the last time they went tells nothing new.
        """
        if conn.closed and conn._created_at > self._drained_at:  # noqa: SLF001 - the pool's own mark
            self.drain()
        super().putconn(conn)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, with such a pool."""

    @property
    def pool(self) -> WarmPool | None:
        """Give this process's pool; none where the settings want none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        pools: dict[str, WarmPool] = self._connection_pools  # type: ignore[attr-defined]  # not in the stubs
        if self.alias not in pools:
            made = WarmPool(
                # Autocommit until Django says otherwise, as in its own pool.
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]
                **options,
            )
            # Of threads that come at once, the first one's pool stays; the others' were never opened.
            pools.setdefault(self.alias, made)
        return pools[self.alias]
