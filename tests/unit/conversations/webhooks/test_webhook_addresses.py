"""Webhooks go to public addresses, as they are when the connection is made."""

import socket
from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings

from conversations.webhooks.addresses import (
    AddressRefusedError,
    UnresolvedError,
    check_url,
    is_public,
    resolve,
)

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"]
INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]


def answer(monkeypatch: pytest.MonkeyPatch, *found: str) -> list[str]:
    """Have the resolver answer this for every name; give the names it was asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if not found:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    answer(monkeypatch, address)

    with pytest.raises(AddressRefusedError):
        resolve("https://hooks.example.com/")


def test_one_address_inside_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, PUBLIC[0], "10.0.0.1")

    with pytest.raises(AddressRefusedError):
        resolve("https://hooks.example.com/")


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, PUBLIC[0])

    target = resolve("https://hooks.example.com:8443/okr?a=b")

    assert asked == ["hooks.example.com"]
    assert str(target.address) == PUBLIC[0]
    assert (target.port, target.path, target.authority) == (8443, "/okr?a=b", "hooks.example.com:8443")


def test_a_name_nobody_knows_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch)

    with pytest.raises(UnresolvedError) as raised:
        resolve("https://hooks.example.com/")

    assert raised.value.retryable


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1/", "http://[::1]:9/"])
def test_loopback_is_admitted_by_a_setting_only(settings: Settings, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(url)
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    check_url(url)


def test_that_setting_admits_nothing_else(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    answer(monkeypatch, "10.0.0.1")
    with pytest.raises(AddressRefusedError):
        resolve("https://hooks.example.com/")
    answer(monkeypatch, PUBLIC[0])
    with pytest.raises(AddressRefusedError):
        resolve("http://hooks.example.com/")
