"""A prompt cache that is never read is noticed."""

import logging

import pytest
from prometheus_client import REGISTRY

from conversations.llm.prompt_cache import PromptCacheWatch
from conversations.metrics import PROMPT_CACHE_READ, compare_estimate
from conversations.values import Usage

MODEL = "claude-sonnet-5-5"


def the_share(model: str = MODEL) -> float:
    """The share as Prometheus reads it."""
    (value,) = [
        one.value
        for family in PROMPT_CACHE_READ.collect()
        for one in family.samples
        if one.labels == {"model": model}
    ]
    return value


def test_the_share_is_that_of_all_input_tokens() -> None:
    watch = PromptCacheWatch()

    watch.saw(MODEL, Usage(input_tokens=500, cache_creation_input_tokens=1_500))
    watch.saw(MODEL, Usage(input_tokens=500, cache_read_input_tokens=1_500))

    assert the_share() == pytest.approx(1_500 / 4_000)


def test_a_share_that_stays_nothing_is_warned_of_once_for_so_many_calls(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = PromptCacheWatch(calls=3)

    with caplog.at_level(logging.WARNING):
        for _ in range(7):
            watch.saw(MODEL, Usage(input_tokens=2_000))

    assert [one.message for one in caplog.records] == ["The provider's prompt cache was not read once."] * 2


def test_one_read_among_many_calls_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    watch = PromptCacheWatch(calls=3)

    for read in (0, 1_200, 0, 0):
        watch.saw(MODEL, Usage(input_tokens=800, cache_read_input_tokens=read))

    assert not caplog.records


def test_answers_from_our_own_cache_and_prompts_too_short_to_be_kept_do_not_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = PromptCacheWatch(calls=1)

    watch.saw(MODEL, Usage())
    watch.saw("claude-haiku-5-5", Usage(input_tokens=1_800))

    assert not caplog.records


def test_the_estimate_of_a_prompt_is_held_against_the_providers_count() -> None:
    def seen(part: str) -> float:
        name = f"okr_prompt_estimate_ratio_{part}"
        return REGISTRY.get_sample_value(name, {"model": "claude-estimated"}) or 0.0

    usage = Usage(input_tokens=20, cache_creation_input_tokens=30, cache_read_input_tokens=70)

    compare_estimate(model="claude-estimated", usage=usage, estimated=100)
    compare_estimate(model="claude-estimated", usage=Usage(), estimated=100)

    assert (seen("count"), seen("sum")) == (1, 1.2)
