"""Who is asking, as far as limits are concerned: an address and a key."""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_SUBSCRIBER_BITS = 64
_UNKNOWN = "unknown"


def address_of(request: HttpRequest) -> str:
    """Give the client's address: the connection's, or what the trusted proxies in front of us saw.

    Each proxy appends the address it was called from, so with N of them the N-th from the right is the
    last that no client can make up.
    """
    hops: int = settings.TRUSTED_PROXY_HOPS
    forwarded = [
        one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()
    ]
    seen = forwarded[-hops] if len(forwarded) >= hops > 0 else request.META.get("REMOTE_ADDR", "")
    return str(seen)


def storable_address_of(request: HttpRequest) -> str | None:
    """Give the client's address as the database takes it (`AXES_CLIENT_IP_CALLABLE`); None for no address."""
    try:
        return str(ip_address(address_of(request)))
    except ValueError:
        return None


def neighbourhood_of(address: str) -> str:
    """Give what one subscriber has: an IPv4 address, or 64 bits of IPv6, whose rest is theirs to choose."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _UNKNOWN
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _SUBSCRIBER_BITS), strict=False).network_address)
    return str(parsed)


def key_of(request: HttpRequest) -> str | None:
    """Give a short digest of the bearer token, whether or not it opens anything; None without one."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    return hashlib.sha256(token.strip().encode("utf-8", "surrogateescape")).hexdigest()[:32]
