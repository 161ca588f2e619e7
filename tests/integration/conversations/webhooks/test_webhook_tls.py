"""A webhook goes to the checked address, and only to whoever can prove the name there."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import pytest

from conversations.webhooks import post as posting
from conversations.webhooks.addresses import Target
from conversations.webhooks.post import ReceiverError, post

NAME = "hooks.example.com"
# Made once for these tests, by itself, for that name and a hundred years; it opens nothing.
CERTIFICATE = Path(__file__).parents[3] / "recordings" / f"{NAME}.pem"


@dataclass
class TlsReceiver:
    """A receiver at a loopback address, with what it was told."""

    port: int
    asked_for: list[str | None] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def target(self, name: str) -> Target:
        """Give a checked endpoint of that name at this address."""
        return Target(name, self.port, ip_address("127.0.0.1"), secure=True, path="/okr")


@contextmanager
def listening() -> Iterator[TlsReceiver]:
    """Accept one connection with the certificate, and answer it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        receiver = TlsReceiver(listener.getsockname()[1])
        context.sni_callback = lambda _, name, __: receiver.asked_for.append(name)

        def serve() -> None:
            plain, _ = listener.accept()
            try:
                with plain, context.wrap_socket(plain, server_side=True) as connection:
                    receiver.received.append(connection.recv(65536))
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                # Whoever does not believe us hangs up.
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield receiver
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine trust the test's certificate, and nothing else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("SSL_CERT_DIR", "/nonexistent")
    posting._tls.cache_clear()
    yield
    posting._tls.cache_clear()


def test_the_checked_address_is_connected_to_and_the_name_is_verified() -> None:
    with listening() as receiver:
        answer = post(receiver.target(NAME), b"{}", {}, within=5)

    # Nobody resolves this name: the connection went to the address alone.
    assert answer.status == 204
    assert receiver.asked_for == [NAME]
    assert receiver.received[0].startswith(b"POST /okr HTTP/1.1\r\n")
    assert f"host: {NAME}:{receiver.port}".encode() in receiver.received[0].lower()


def test_another_name_at_that_address_is_told_nothing() -> None:
    with listening() as receiver, pytest.raises(ReceiverError, match="TLS failed"):
        post(receiver.target("other.example.com"), b"{}", {}, within=5)

    assert receiver.asked_for == ["other.example.com"]
    assert receiver.received in ([], [b""])


def test_a_certificate_that_nobody_trusts_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    posting._tls.cache_clear()

    with listening() as receiver, pytest.raises(ReceiverError, match="TLS failed"):
        post(receiver.target(NAME), b"{}", {}, within=5)

    assert receiver.received in ([], [b""])


def test_an_old_version_of_tls_is_refused() -> None:
    assert posting._tls().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert posting._tls().check_hostname
