"""Token counts and the prompt cache.

Tokens are estimated at one per four characters, rounded up for each block, plus a few for each message's
frame. The true tokenizer differs by text and model; to compare prompts with one another the estimate serves.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

CHARACTERS_PER_TOKEN = 4
MESSAGE_FRAME_TOKENS = 4
IMAGE_TOKENS = 1_500
MINIMUM_CACHED_TOKENS = 1_024
MAX_BREAKPOINTS = 4
# The service looks for an earlier entry at most this many blocks before each breakpoint.
LOOKBACK_BLOCKS = 20
TTL_SECONDS = {"5m": 300.0, "1h": 3_600.0}
MAX_PREFIXES_PER_KEY = 4_096
MAX_KEYS = 256


def estimated_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


@dataclass(frozen=True)
class PromptBlock:
    """One cacheable piece of the prompt, in prompt order; `ttl` is set where a breakpoint ends."""

    identity: str
    tokens: int
    ttl: str | None = None


@dataclass(frozen=True)
class InputUsage:
    """How the input was billed; the three parts add up to the whole prompt."""

    input_tokens: int
    cache_creation_5m: int = 0
    cache_creation_1h: int = 0
    cache_read_input_tokens: int = 0

    @property
    def cache_creation_input_tokens(self) -> int:
        """Tokens written to the prompt cache."""
        return self.cache_creation_5m + self.cache_creation_1h

    def as_json(self, output_tokens: int) -> dict[str, object]:
        """The `usage` object of a message."""
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_creation_input_tokens,
            "cache_read_input_tokens": self.cache_read_input_tokens,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_creation_5m,
                "ephemeral_1h_input_tokens": self.cache_creation_1h,
            },
            "output_tokens": output_tokens,
            "service_tier": "standard",
        }


@dataclass(frozen=True)
class _Prefix:
    digest: str
    tokens: int
    ttl: str | None


@dataclass
class PromptCache:
    """The prefixes each API key has cached, bounded, least recently used out first."""

    clock: Callable[[], float] = time.monotonic
    _entries: OrderedDict[str, OrderedDict[str, float]] = field(default_factory=OrderedDict)

    def bill(
        self, *, owner: str, blocks: Sequence[PromptBlock], least: int = MINIMUM_CACHED_TOKENS
    ) -> InputUsage:
        """Read the longest cached prefix, write those marked beyond it, and say what each part cost.

        A marked prefix of fewer than `least` tokens is billed in full and not kept, without a word.
        """
        prefixes = _prefixes(blocks)
        whole = prefixes[-1].tokens if prefixes else 0
        marked = [p for p in prefixes if p.ttl and p.tokens >= least]
        if not marked:
            return InputUsage(input_tokens=whole)
        entries = self._of(owner)
        read = self._longest_hit(entries, prefixes)
        written = {"5m": 0, "1h": 0}
        reached = read
        for prefix in marked:
            if prefix.tokens > reached:
                written[prefix.ttl or "5m"] += prefix.tokens - reached
                reached = prefix.tokens
            self._store(entries, prefix)
        return InputUsage(whole - reached, written["5m"], written["1h"], read)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def _of(self, owner: str) -> OrderedDict[str, float]:
        entries = self._entries.setdefault(owner, OrderedDict())
        self._entries.move_to_end(owner)
        while len(self._entries) > MAX_KEYS:
            self._entries.popitem(last=False)
        return entries

    def _longest_hit(self, entries: OrderedDict[str, float], prefixes: Sequence[_Prefix]) -> int:
        now = self.clock()
        for end in reversed([index for index, prefix in enumerate(prefixes) if prefix.ttl]):
            for prefix in reversed(prefixes[max(0, end - LOOKBACK_BLOCKS) : end + 1]):
                if entries.get(prefix.digest, 0.0) > now:
                    return prefix.tokens
        return 0

    def _store(self, entries: OrderedDict[str, float], prefix: _Prefix) -> None:
        entries[prefix.digest] = self.clock() + TTL_SECONDS[prefix.ttl or "5m"]
        entries.move_to_end(prefix.digest)
        while len(entries) > MAX_PREFIXES_PER_KEY:
            entries.popitem(last=False)


def _prefixes(blocks: Sequence[PromptBlock]) -> list[_Prefix]:
    digest, tokens, prefixes = hashlib.sha256(), 0, []
    for block in blocks:
        data = block.identity.encode("utf-8", "surrogatepass")
        # The length keeps ("ab", "c") apart from ("a", "bc").
        digest.update(len(data).to_bytes(8) + data)
        tokens += block.tokens
        prefixes.append(_Prefix(digest.copy().hexdigest(), tokens, block.ttl))
    return prefixes
