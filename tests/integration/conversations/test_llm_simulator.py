"""The adapter against the simulator, which speaks the whole Messages API and fails on request."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conversations.errors import (
    ConnectionLostError,
    CredentialsRejectedError,
    IncompleteAnswerError,
    InvalidAnswerError,
    ModelError,
    ModelTimeoutError,
    ModelUnavailableError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RefusedError,
    RequestRejectedError,
    SpendLimitError,
    StalledError,
)
from conversations.evaluation.judge import LOWEST, SCHEMA, parse_verdict
from conversations.llm.anthropic import AnthropicClaude
from conversations.llm.client import ModelRequest
from conversations.llm.pricing import PriceTable
from conversations.llm.wire_request import for_document
from conversations.values import Prompt, PromptSection
from profiling.simulator.faults import KINDS

_ROOT = Path(__file__).parents[3]
_ERRORS: dict[str, type[ModelError]] = {
    "invalid_request": RequestRejectedError,
    "not_found": ModelUnavailableError,
    "too_large": RequestRejectedError,
    "unauthorized": CredentialsRejectedError,
    "forbidden": CredentialsRejectedError,
    "spend_limit": SpendLimitError,
    "rate_limited": RateLimitedError,
    "overloaded": OverloadedError,
    "server_error": ProviderFailedError,
    "timeout": ModelTimeoutError,
    "hang": StalledError,
    "hang_mid_stream": StalledError,
    "cut_mid_stream": ConnectionLostError,
    "clean_cut": IncompleteAnswerError,
    "overloaded_mid_stream": OverloadedError,
    "truncation": IncompleteAnswerError,
    "garbage_json": InvalidAnswerError,
    "schema_violation": InvalidAnswerError,
    "refusal": RefusedError,
}


class Ears:
    """A listener that only remembers."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_text(self, text: str) -> None:
        self.heard.append(text)

    def check(self) -> None:
        """Let it go on."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "profiling.simulator",
            "--port",
            "0",
            "--profile",
            "instant",
            "--allow-faults",
        ],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        told = re.search(r"http://\S+", process.stdout.readline())
        assert told is not None
        yield told[0]
        process.terminate()


@pytest.fixture
def claude(simulator: str) -> Iterator[AnthropicClaude]:
    claude = AnthropicClaude(
        base_url=simulator, api_key="simulated", timeout=timedelta(seconds=20), prices=PriceTable()
    )
    yield claude
    claude.close()


def request(message: str, *, idle: timedelta = timedelta(seconds=10)) -> ModelRequest:
    return ModelRequest(
        prompt=Prompt(
            system=(PromptSection("role", "You are a coach for OKRs. " * 250, cached=True),),
            history=(),
            turn=(PromptSection("message", message),),
            version="1",
        ),
        model="claude-sonnet-5-5",
        max_tokens=2048,
        deadline=time.monotonic() + 120,
        idle_timeout=idle,
    )


def test_a_conversation_with_the_simulator_gives_a_complete_answer(claude: AnthropicClaude) -> None:
    ears = Ears()

    completion = claude.answer(request("I want to improve how we welcome new customers."), ears)

    assert completion.answer.reply == "".join(ears.heard) != ""
    assert completion.stop_reason == "end_turn"
    assert completion.usage.output_tokens > 0
    assert completion.usage.cost_usd > 0


def test_the_stable_prefix_is_read_from_the_prompt_cache_the_second_time(claude: AnthropicClaude) -> None:
    claude.answer(request("First."), Ears())

    again = claude.answer(request("Second."), Ears())

    assert again.usage.cache_read_input_tokens > again.usage.input_tokens


def test_a_document_of_another_schema_comes_whole(claude: AnthropicClaude) -> None:
    body = for_document(
        model="claude-sonnet-5-5", system="Judge.", text="Hello.", schema=SCHEMA, max_tokens=500
    )

    verdict = parse_verdict(claude.document(body))

    assert verdict.mean == LOWEST


def test_a_document_that_is_cut_short_is_none(claude: AnthropicClaude) -> None:
    body = for_document(model="claude-sonnet-5-5", system="Judge.", text="Hi.", schema=SCHEMA, max_tokens=1)

    with pytest.raises(IncompleteAnswerError):
        claude.document(body)


def test_the_simulator_counts_tokens(claude: AnthropicClaude) -> None:
    assert claude.count_tokens(request("How many?")) > 1000


@pytest.mark.parametrize("fault", sorted(_ERRORS))
def test_each_fault_becomes_its_error(claude: AnthropicClaude, fault: str) -> None:
    idle = timedelta(seconds=0.1 if "hang" in fault else 10)

    with pytest.raises(ModelError) as caught:
        claude.answer(request(f"[[sim:{fault}]] Hello.", idle=idle), Ears())

    assert type(caught.value) is _ERRORS[fault]


def test_every_fault_the_simulator_knows_is_tried() -> None:
    assert set(KINDS) == set(_ERRORS) | {"slow"}


def test_it_judges_whether_two_openings_mean_the_same(claude: AnthropicClaude) -> None:
    same = claude.same_meaning("Improve retention", "I want to improve retention", model="claude-haiku-5-5")
    other = claude.same_meaning("Improve retention", "Improve our hiring", model="claude-haiku-5-5")

    assert (same.same, other.same) == (True, False)
    assert other.difference
    assert same.usage.input_tokens > 0
    assert same.usage.cost_usd > 0
