"""Limits count whoever really asks."""

import pytest
from django.test import RequestFactory, override_settings

from okrproject.guard.callers import address_of, key_of, neighbourhood_of


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_client_cannot_make_up_its_address(hops: int, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})

    with override_settings(TRUSTED_PROXY_HOPS=hops):
        assert address_of(request) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("made\r\nup", "unknown"),
    ],
)
def test_a_subscriber_is_one_however_many_addresses_they_have(address: str, expected: str) -> None:
    assert neighbourhood_of(address) == expected


def test_a_key_is_known_by_its_digest_alone() -> None:
    digest = key_of(RequestFactory().get("/", HTTP_AUTHORIZATION="Bearer abc"))

    assert digest is not None
    assert "abc" not in digest
    assert digest == key_of(RequestFactory().get("/", HTTP_AUTHORIZATION="bearer  abc "))
    assert key_of(RequestFactory().get("/", HTTP_AUTHORIZATION="Bearer ")) is None
    assert key_of(RequestFactory().get("/")) is None
