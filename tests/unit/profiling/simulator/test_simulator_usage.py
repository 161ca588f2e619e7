"""The simulator's token counts and its prompt cache."""

from profiling.simulator import usage
from profiling.simulator.usage import PromptBlock, PromptCache, estimated_tokens


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


SYSTEM = PromptBlock("system", 2_000, "5m")
QUESTION = PromptBlock("question", 10)


def test_a_token_is_about_four_characters() -> None:
    assert [estimated_tokens(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]


def test_the_first_call_writes_the_prefix_and_the_second_reads_it() -> None:
    cache = PromptCache()

    first = cache.bill(owner="key", blocks=[SYSTEM, QUESTION])
    second = cache.bill(owner="key", blocks=[SYSTEM, QUESTION])

    assert (first.input_tokens, first.cache_creation_input_tokens, first.cache_read_input_tokens) == (
        10,
        2_000,
        0,
    )
    assert (second.input_tokens, second.cache_creation_input_tokens, second.cache_read_input_tokens) == (
        10,
        0,
        2_000,
    )


def test_a_conversation_reads_its_older_part_and_writes_its_newer_one() -> None:
    cache = PromptCache()
    cache.bill(owner="key", blocks=[SYSTEM, PromptBlock("turn 1", 300, "5m")])

    later = cache.bill(
        owner="key",
        blocks=[SYSTEM, PromptBlock("turn 1", 300), PromptBlock("turn 2", 200, "1h"), QUESTION],
    )

    assert later.cache_read_input_tokens == 2_300
    assert (later.cache_creation_1h, later.cache_creation_5m, later.input_tokens) == (200, 0, 10)


def test_a_short_prefix_is_not_cached() -> None:
    small = PromptBlock("small", usage.MINIMUM_CACHED_TOKENS - 1, "5m")
    cache = PromptCache()

    cache.bill(owner="key", blocks=[small])
    again = cache.bill(owner="key", blocks=[small])

    assert (again.cache_read_input_tokens, again.input_tokens) == (0, small.tokens)


def test_one_key_does_not_read_what_another_wrote() -> None:
    cache = PromptCache()
    cache.bill(owner="one", blocks=[SYSTEM])

    assert cache.bill(owner="other", blocks=[SYSTEM]).cache_read_input_tokens == 0


def test_a_prefix_expires_after_five_minutes_unless_used() -> None:
    clock = _Clock()
    cache = PromptCache(clock=clock)
    cache.bill(owner="key", blocks=[SYSTEM])
    clock.now = 299.0
    used = cache.bill(owner="key", blocks=[SYSTEM])
    clock.now = 299.0 + 301.0
    expired = cache.bill(owner="key", blocks=[SYSTEM])

    assert (used.cache_read_input_tokens, expired.cache_read_input_tokens) == (2_000, 0)


def test_a_changed_block_misses_what_follows_it() -> None:
    cache = PromptCache()
    cache.bill(owner="key", blocks=[SYSTEM, PromptBlock("rules", 2_000, "5m")])

    changed = cache.bill(owner="key", blocks=[SYSTEM, PromptBlock("other rules", 2_000, "5m")])

    assert (changed.cache_read_input_tokens, changed.cache_creation_input_tokens) == (2_000, 2_000)
