"""How fast callers may ask: allowances per API key and per address, kept on the cache server."""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from conversations.cache.server import Argument, CacheServer, CacheUnavailableError, scripts_in
from okrproject.guard.callers import address_of, key_of, neighbourhood_of
from okrproject.metrics.guarding import UNGUARDED

_MINUTE: Final = 60_000_000
_PATIENCE_SECONDS: Final = 0.1
_SCRIPTS: Final = scripts_in(Path(__file__).with_name("lua"))


class Limit(StrEnum):
    """What there is an allowance of; the value is part of its key and a metric's label."""

    KEY = "key"
    ADDRESS = "address"
    REFUSALS = "refusals"


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many in a minute; all of them may come at once, and then they grow back evenly."""

    limit: Limit
    whose: str
    per_minute: int
    cost: int = 1

    def arguments(self) -> list[Argument]:
        """Give it as the script takes it."""
        return [f"okr:pace:{self.limit}:{self.whose}", self.per_minute, _MINUTE, self.cost]


@dataclass(frozen=True, slots=True)
class Exceeded:
    """The allowance that is used up, and the seconds until there is more."""

    limit: Limit
    seconds: int


def spend_request(request: HttpRequest) -> Exceeded | None:
    """Take one request from its key's and its address's allowance, or say which is used up."""
    whose = neighbourhood_of(address_of(request))
    wanted = [
        Allowance(Limit.ADDRESS, whose, settings.ADDRESS_REQUESTS_PER_MINUTE),
        Allowance(Limit.REFUSALS, whose, settings.ADDRESS_REFUSALS_PER_MINUTE, cost=0),
    ]
    if key := key_of(request):
        wanted.append(Allowance(Limit.KEY, key, settings.API_KEY_REQUESTS_PER_MINUTE))
    return _spend(wanted)


def note_refusal(request: HttpRequest) -> None:
    """Count a key that was refused against its address: guessing keys, or hammering with a dead one."""
    whose = neighbourhood_of(address_of(request))
    _spend([Allowance(Limit.REFUSALS, whose, settings.ADDRESS_REFUSALS_PER_MINUTE)])


def _spend(wanted: list[Allowance]) -> Exceeded | None:
    limited = [one for one in wanted if one.per_minute]
    if not limited:
        return None
    try:
        found, wait = _server().run("pace", [part for one in limited for part in one.arguments()])
    except CacheUnavailableError:
        # Limits are for keeping the service up; refusing everybody would be the outage itself.
        UNGUARDED.inc()
        return None
    return Exceeded(limited[found - 1].limit, math.ceil(wait / 1_000_000)) if found else None


@cache
def _server() -> CacheServer:
    return CacheServer(settings.CACHE_REDIS_URL, patience=_PATIENCE_SECONDS, scripts=_SCRIPTS)
