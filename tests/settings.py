"""The product's own settings, at the addresses of the tests' own servers."""

from tests.servers import choose_addresses

choose_addresses()

from okrproject.settings import *  # noqa: E402, F403

# Nothing is collected for tests; WhiteNoise warns about a folder that is not there.
STATIC_ROOT = None  # type: ignore[assignment]  # Nothing is collected: the finders serve.

# Every test has one address; those about limits set their own.
API_KEY_REQUESTS_PER_MINUTE = ADDRESS_REQUESTS_PER_MINUTE = ADDRESS_REFUSALS_PER_MINUTE = 0
