"""The rate-limit headers: what each API key has left in this minute.

The limits are counted and told, not enforced: a test that wants a 429 asks for one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LIMITS_PER_MINUTE = {"requests": 60_000, "input-tokens": 100_000_000, "output-tokens": 20_000_000}
MAX_KEYS = 256


@dataclass
class _Bucket:
    level: float
    updated: float


@dataclass
class RateLimits:
    """Token buckets per API key, refilled continuously."""

    clock: Callable[[], float] = time.time
    _buckets: OrderedDict[str, dict[str, _Bucket]] = field(default_factory=OrderedDict)

    def spend(self, owner: str, amounts: dict[str, int]) -> dict[str, str]:
        """Take the amounts from the key's buckets and give the headers that tell what is left."""
        now = self.clock()
        buckets = self._of(owner, now)
        headers: dict[str, str] = {}
        for name, limit in LIMITS_PER_MINUTE.items():
            bucket = buckets[name]
            bucket.level = min(float(limit), bucket.level + (now - bucket.updated) * limit / 60)
            bucket.level = max(0.0, bucket.level - amounts.get(name, 0))
            bucket.updated = now
            refill = timedelta(seconds=(limit - bucket.level) * 60 / limit)
            reset = datetime.fromtimestamp(now, UTC) + refill
            prefix = f"anthropic-ratelimit-{name}"
            headers[f"{prefix}-limit"] = str(limit)
            headers[f"{prefix}-remaining"] = str(int(bucket.level))
            headers[f"{prefix}-reset"] = reset.strftime("%Y-%m-%dT%H:%M:%SZ")
        return headers

    def _of(self, owner: str, now: float) -> dict[str, _Bucket]:
        if owner not in self._buckets:
            self._buckets[owner] = {name: _Bucket(limit, now) for name, limit in LIMITS_PER_MINUTE.items()}
        self._buckets.move_to_end(owner)
        while len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return self._buckets[owner]
