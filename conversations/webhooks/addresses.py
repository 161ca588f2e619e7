"""Where a webhook may go: HTTPS to public addresses, decided on the address that is then connected to."""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeoutError
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from conversations.errors import ConversationError

Address = IPv4Address | IPv6Address
_RESOLVE_SECONDS: Final = 5.0
_RESOLVERS: Final = 4
# Prefixes under which an IPv4 address hides in an IPv6 one, beside those that `ipaddress` knows.
_NAT64: Final = ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ip_network("64:ff9b:1::/48")
_COMPATIBLE: Final = ip_network("::/96")


class AddressRefusedError(ConversationError):
    """This address may not be sent to."""

    code = "webhook_address_refused"


class UnresolvedError(ConversationError):
    """The host's name could not be resolved."""

    code = "webhook_unresolved"
    retryable = True


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to connect to: the address is pinned, the name is for TLS and the Host header."""

    host: str
    port: int
    address: Address
    secure: bool
    path: str

    @property
    def authority(self) -> str:
        """Give the Host header's value."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def check_url(url: str) -> None:
    """Refuse what can be seen to be wrong without asking DNS."""
    _parsed(url)


def resolve(url: str) -> Target:
    """Resolve an endpoint's host and check every address it has; the first is the one to connect to.

    One address that may not be reached refuses the whole name: a public service has none.
    """
    parts = _parsed(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    addresses = _addresses_of(host, port)
    for address in addresses:
        if not is_allowed(address, secure=secure):
            raise AddressRefusedError(f"{host} is at {address}, which is not a public address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host=host, port=port, address=addresses[0], secure=secure, path=path)


def is_allowed(address: Address, *, secure: bool) -> bool:
    """Tell whether an address is public; loopback is allowed, HTTP included, by a setting for tests."""
    if settings.WEBHOOK_ALLOW_LOOPBACK and _unwrapped(address).is_loopback:
        return True
    return secure and is_public(address)


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public internet, looking into IPv4 that IPv6 carries."""
    inner = _unwrapped(address)
    if isinstance(inner, IPv6Address) and (inner in _NAT64_LOCAL or inner.is_site_local):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _parsed(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise AddressRefusedError("This is not an address.") from None
    allowed = ("https", "http") if settings.WEBHOOK_ALLOW_LOOPBACK else ("https",)
    if parts.scheme not in allowed:
        raise AddressRefusedError("A webhook goes to an https:// address.")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefusedError("The address needs a host, and no user, password or fragment.")
    if not url.isascii() or any(character <= " " for character in url):
        raise AddressRefusedError("The address has characters that must be percent-encoded.")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return parts
    if not is_allowed(literal, secure=parts.scheme == "https"):
        raise AddressRefusedError(f"{literal} is not a public address.")
    return parts


def _addresses_of(host: str, port: int) -> list[Address]:
    asking = _resolvers().submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asking.result(timeout=_RESOLVE_SECONDS)
    except (OSError, UnicodeError):
        raise UnresolvedError(f"{host} could not be resolved.") from None
    except FuturesTimeoutError:
        raise UnresolvedError(f"{host} was not resolved in {_RESOLVE_SECONDS:.0f} s.") from None
    # A zone, as in fe80::1%eth0, belongs to a local address; none of those is public.
    return [ip_address(str(place[0]).split("%")[0]) for *_, place in found]


@cache
def _resolvers() -> ThreadPoolExecutor:
    # The system's resolver knows no time-out of ours: a slow name may hold these few threads, no more.
    return ThreadPoolExecutor(max_workers=_RESOLVERS, thread_name_prefix="webhook-dns")
