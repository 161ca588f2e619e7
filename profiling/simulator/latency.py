"""How long an answer takes: seeded profiles, so that two runs of the same conversation are comparable."""

import hashlib
import math
from dataclasses import dataclass
from statistics import NormalDist

# The 95th percentile of the standard normal distribution.
_Z95 = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True)
class Profile:
    """A latency distribution in milliseconds: log-normal through its median and its 95th percentile."""

    name: str
    p50_ms: float
    p95_ms: float
    first_token_share: float

    @property
    def sigma(self) -> float:
        """The spread of the logarithm that puts the 95th percentile where the profile says."""
        return math.log(self.p95_ms / self.p50_ms) / _Z95 if self.p50_ms else 0.0


PROFILES: dict[str, Profile] = {
    # p50 and p95 of the model call in the seed's profiling run; the share of the first token is our estimate.
    "seed": Profile("seed", 4596.0, 5492.0, 0.18),
    "fast": Profile("fast", 45.96, 54.92, 0.18),
    "instant": Profile("instant", 0.0, 0.0, 0.0),
}


@dataclass(frozen=True)
class Timing:
    """When the first token leaves and when the last one does, in seconds after the request."""

    first_token: float
    total: float

    def slowed(self, factor: float) -> "Timing":
        """The same timing, stretched."""
        return Timing(self.first_token * factor, self.total * factor)

    def moments(self, count: int) -> list[float]:
        """Spread that many writes evenly from the first token to the end."""
        if count <= 1:
            return [self.total] * count
        step = (self.total - self.first_token) / (count - 1)
        return [self.first_token + step * index for index in range(count)]


def timing_of(profile: Profile, *, seed: int, request_hash: str, sequence: int) -> Timing:
    """Draw the timing of the n-th request with this content; the same arguments give the same timing."""
    if not profile.p50_ms:
        return Timing(0.0, 0.0)
    digest = hashlib.sha256(f"{seed}:{request_hash}:{sequence}".encode()).digest()
    stretch: float = math.exp(profile.sigma * NormalDist().inv_cdf(_unit(digest[:8])))
    total = profile.p50_ms * stretch
    share = profile.first_token_share * (0.8 + 0.4 * _unit(digest[8:16]))
    return Timing(total * share / 1000, total / 1000)


def _unit(data: bytes) -> float:
    """A number strictly between 0 and 1."""
    return (int.from_bytes(data) + 0.5) / float(1 << (8 * len(data)))
