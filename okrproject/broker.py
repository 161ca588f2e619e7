"""The broker's transport: kombu's own for Redis, which keeps its client instead of making one per command."""

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel, Transport
from redis import Redis


class KeptClientChannel(Channel):
    """A channel with one client for each of its connection pools.

    kombu makes a client for every command: each builds its table of two hundred response callbacks
    anew, which was a fifth of what sending a hint costs. Clients hold nothing else besides their pool.
    """

    _kept: Redis | None = None

    def _create_client(self, asynchronous: bool = False) -> Redis:
        if asynchronous:
            # These wait for messages, and kombu keeps them itself.
            return self._made(asynchronous=True)
        kept = self._kept
        # A channel that has lost its server gets another pool.
        if kept is None or kept.connection_pool is not self.pool:
            kept = self._kept = self._made(asynchronous=False)
        return kept

    def _made(self, *, asynchronous: bool) -> Redis:
        client: Redis = super()._create_client(asynchronous=asynchronous)  # type: ignore[misc]  # not in the stubs
        return client


class KeptClientTransport(Transport):
    """kombu's Redis transport over such channels."""

    Channel = KeptClientChannel


def install() -> None:
    """Have `redis://` and `rediss://` mean this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{KeptClientTransport.__name__}"
