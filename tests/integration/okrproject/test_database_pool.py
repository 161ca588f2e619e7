"""The pool of connections: the warmest first, and none that broke with another."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg import Connection

from okrproject.database.base import WarmPool


@pytest.fixture
def pool() -> Iterator[WarmPool]:
    """A pool of the tests' database, with three connections."""
    parameters = connection.get_connection_params() | {"autocommit": True}
    with WarmPool(kwargs=parameters, min_size=3, max_size=3, timeout=10, open=False) as made:
        made.wait(10)
        yield made


def _server_process(conn: Connection[object]) -> int:
    return conn.info.backend_pid


@pytest.mark.django_db
def test_the_connection_that_came_back_last_goes_out_first(pool: WarmPool) -> None:
    first, second, third = (pool.getconn() for _ in range(3))
    for one in (second, third, first):
        pool.putconn(one)

    again = [pool.getconn(), pool.getconn(), pool.getconn()]

    assert again == [first, third, second]
    for one in again:
        pool.putconn(one)
    assert pool.getconn() is second


@pytest.mark.django_db
def test_a_crowd_that_lost_the_server_replaces_the_idle_ones_once(
    pool: WarmPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drained: list[float] = []
    drain = pool.drain

    def noted() -> None:
        drained.append(time.monotonic())
        drain()

    monkeypatch.setattr(pool, "drain", noted)
    lost = [pool.getconn() for _ in range(3)]
    for one in lost:
        one.close()

    for one in lost:
        pool.putconn(one)

    assert len(drained) == 1
    pool.wait(10)


@pytest.mark.django_db
def test_with_a_connection_that_broke_the_idle_ones_are_replaced(pool: WarmPool) -> None:
    first, second, third = (pool.getconn() for _ in range(3))
    before = {_server_process(one) for one in (first, second, third)}
    pool.putconn(second)
    pool.putconn(third)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [list(before)])
    with pytest.raises(Exception, match=r"terminat|closed"):
        first.execute("SELECT 1")
    pool.putconn(first)
    new = [pool.getconn() for _ in range(3)]

    assert before.isdisjoint(_server_process(one) for one in new)
    assert [one.execute("SELECT 1").fetchone() for one in new] == [(1,)] * 3
    for one in new:
        pool.putconn(one)
