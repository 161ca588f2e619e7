"""The embedded Valkey keeps what the broker must keep, behind a password."""

from pathlib import Path

import pytest
import redis

from okrproject.stack.private import free_ports
from okrproject.stack.valkey import Valkey
from tests.servers import serve


def a_broker(folder: Path) -> Valkey:
    return Valkey("broker", folder, free_ports(1)[0], "a-password", durable=True)


def test_the_broker_keeps_its_queue_over_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / 'a "quoted" folder'
    first = a_broker(folder)
    with serve(first) as process, redis.Redis.from_url(first.url()) as client:
        client.lpush("queue", "job")
        # The log is written on every change and flushed to disk each second; a kill loses neither.
        process.kill()
        process.wait(10)

    second = a_broker(folder)
    with serve(second), redis.Redis.from_url(second.url()) as client:
        assert client.lrange("queue", 0, -1) == [b"job"]


def test_nobody_enters_without_the_password(tmp_path: Path) -> None:
    server = a_broker(tmp_path)

    with serve(server), redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_its_configuration_is_for_its_owner_alone(tmp_path: Path) -> None:
    server = a_broker(tmp_path)
    server.prepare()

    assert (tmp_path / "valkey.conf").stat().st_mode & 0o777 == 0o600
    assert "a-password" not in " ".join(server.launch().argv)
