"""A receiver cannot make the sender wait, read or follow more than it wants to."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from conversations.webhooks.addresses import Target
from conversations.webhooks.post import Answer, ReceiverError, post


@contextmanager
def a_server(behave: Callable[[socket.socket], None]) -> Iterator[Target]:
    """Accept one connection, read the request and then behave as told."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                behave(connection)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        yield Target("hooks.example.com", port, ip_address("127.0.0.1"), secure=False, path="/")
        thread.join(10)


def send(target: Target, *, within: float = 5) -> Answer:
    return post(target, b"{}", {"webhook-id": "msg_1"}, within=within)


def test_the_name_stands_in_the_request_and_the_address_is_connected_to() -> None:
    seen: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            seen.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        answer = send(Target("never.invalid", port, ip_address("127.0.0.1"), secure=False, path="/okr"))
        thread.join(5)

    assert (answer.status, answer.body) == (200, b"ok")
    assert f"host: never.invalid:{port}".encode() in seen[0].lower()
    assert seen[0].startswith(b"POST /okr HTTP/1.1\r\n")


def test_an_answer_that_drips_is_given_up_at_the_deadline() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 1000:
            connection.sendall(bytes([byte]))
            if stop.wait(0.05):
                return

    began = time.monotonic()
    with a_server(drip) as target:
        with pytest.raises(ReceiverError, match="no answer within"):
            send(target, within=0.5)
        stop.set()

    assert time.monotonic() - began < 5


def test_an_endless_body_is_not_read_to_its_end() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    with a_server(pour) as target:
        answer = send(target)

    assert answer.status == 200
    assert len(answer.body) == 16 * 1024


@pytest.mark.parametrize(
    "said",
    [b"SSH-2.0-OpenSSH_9.6\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 40_000, b"\x00\xff\r\n\r\n"],
)
def test_what_is_no_answer_is_a_failure(said: bytes) -> None:
    with (
        a_server(lambda connection: connection.sendall(said)) as target,
        pytest.raises(ReceiverError) as raised,
    ):
        send(target)

    assert raised.value.retryable


def test_nobody_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    target = Target("hooks.example.com", port, ip_address("127.0.0.1"), secure=False, path="/")

    with pytest.raises(ReceiverError, match="connection failed"):
        send(target)
