"""Claude through the SDK, over real sockets, against replayed streams."""

import itertools
import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from conversations.errors import (
    CancelledError,
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
from conversations.llm.anthropic import AnthropicClaude
from conversations.llm.client import ModelRequest
from conversations.llm.pricing import PriceTable
from conversations.values import Prompt, PromptSection, Role, Turn, Usage
from tests.recordings.replay import HANG_UP, ReplayServer, events_of, recording

REPLY = 'That is a clear outcome — well done! "Two weeks" is the number to beat.\nWho measures it? 🎯'
PATIENCE = timedelta(seconds=20)
# What the recordings' first event reports.
_START = Usage(input_tokens=25, output_tokens=1, cache_creation_input_tokens=300, cache_read_input_tokens=900)


class Ears:
    """A listener that remembers what it heard, and may have had enough."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.checks = itertools.count()
        self.on_first = threading.Event()
        self.stopped = threading.Event()

    def on_text(self, text: str) -> None:
        self.heard.append(text)
        self.on_first.set()

    def check(self) -> None:
        next(self.checks)
        if self.stopped.is_set():
            raise CancelledError


@pytest.fixture
def provider() -> Iterator[ReplayServer]:
    with ReplayServer() as server:
        yield server


@pytest.fixture
def claude(provider: ReplayServer) -> Iterator[AnthropicClaude]:
    claude = claude_at(provider.url)
    yield claude
    claude.close()


@pytest.fixture
def ears() -> Ears:
    return Ears()


def claude_at(url: str, *, timeout: timedelta = PATIENCE) -> AnthropicClaude:
    return AnthropicClaude(base_url=url, api_key="sk-test-key", timeout=timeout, prices=PriceTable())


def request(*, seconds: float = 120.0, idle: timedelta = PATIENCE) -> ModelRequest:
    return ModelRequest(
        prompt=Prompt(
            system=(PromptSection("role", "You are a coach.", cached=True),),
            history=(Turn(Role.USER, "Hi"), Turn(Role.ASSISTANT, "Hello")),
            turn=(PromptSection("message", "Is this a good result? éß🎯"),),
            version="1",
        ),
        model="claude-sonnet-5-5",
        max_tokens=500,
        deadline=time.monotonic() + seconds,
        idle_timeout=idle,
    )


class Caller:
    """A call in a thread of its own, so that the test can act while it waits."""

    def __init__(self, claude: AnthropicClaude, asked: ModelRequest, ears: Ears) -> None:
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(claude, asked, ears))
        self._thread.start()

    def _run(self, claude: AnthropicClaude, asked: ModelRequest, ears: Ears) -> None:
        try:
            claude.answer(asked, ears)
        except (ModelError, CancelledError) as exc:
            self.error = exc

    def wait(self) -> Exception | None:
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        return self.error


def test_an_answer_is_streamed_and_given_whole(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer"))

    completion = claude.answer(request(), ears)

    assert completion.answer.reply == "".join(ears.heard) == REPLY
    assert len(ears.heard) > 5
    assert completion.stop_reason == "end_turn"
    assert completion.usage.cache_read_input_tokens == 900
    assert completion.usage.cost_usd == Decimal("0.002625")
    assert completion.first_token_ms is not None
    assert next(ears.checks) > 0


def test_the_request_is_what_the_provider_expects(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(recording("complete_answer"))

    claude.answer(request(), ears)

    (sent,) = provider.requests
    assert sent.path == "/v1/messages"
    assert sent.headers["authorization"] == "Bearer sk-test-key"
    assert sent.headers["anthropic-version"]
    assert sent.headers["content-type"] == "application/json"
    assert sent.body["stream"] is True
    assert "éß🎯" in str(sent.body["messages"])


def test_each_event_is_passed_on_when_it_comes(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    events, rest = events_of("complete_answer"), threading.Event()
    provider.will_stream(*events[:5], rest, *events[5:])

    caller = Caller(claude, request(), ears)

    assert ears.on_first.wait(5)
    assert not rest.is_set()
    rest.set()
    assert caller.wait() is None


def test_a_connection_serves_one_call_after_another(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_always_stream(*events_of("complete_answer"))
    provider.will_answer(
        429, {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down"}}
    )
    with pytest.raises(RateLimitedError):
        claude.answer(request(), ears)

    for _ in range(3):
        claude.answer(request(), ears)

    assert {one.connection for one in provider.requests} == {1}


def test_a_connection_the_provider_closed_meanwhile_is_not_used_again(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer"))
    claude.answer(request(), ears)
    provider.hang_up_on_everyone()

    provider.will_stream(*events_of("complete_answer"))
    claude.answer(request(), ears)

    assert provider.requests[-1].connection > provider.requests[-2].connection


def test_threads_share_one_client_and_do_not_mix_their_answers(
    provider: ReplayServer, claude: AnthropicClaude
) -> None:
    provider.will_always_stream(*events_of("complete_answer"))
    everyone = [Ears() for _ in range(20)]

    callers = [Caller(claude, request(), ears) for ears in everyone]

    assert [caller.wait() for caller in callers] == [None] * 20
    assert {"".join(ears.heard) for ears in everyone} == {REPLY}


def test_a_forked_process_makes_its_own_client(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.will_always_stream(*events_of("complete_answer"))
    claude.answer(request(), ears)

    monkeypatch.setattr(os, "getpid", lambda: 1_234_567)
    claude.answer(request(), ears)

    assert [one.connection for one in provider.requests] == [1, 2]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("token_limit", IncompleteAnswerError),
        ("cut_between_events", IncompleteAnswerError),
        ("refusal", RefusedError),
        ("prose_instead_of_json", InvalidAnswerError),
        ("missing_member", InvalidAnswerError),
        ("overloaded_mid_stream", OverloadedError),
        ("server_error_mid_stream", ProviderFailedError),
        ("broken_event", ProviderFailedError),
    ],
)
def test_a_stream_that_is_no_complete_answer_is_an_error(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears, name: str, error: type[ModelError]
) -> None:
    provider.will_stream(*events_of(name))

    with pytest.raises(error):
        claude.answer(request(), ears)


@pytest.mark.parametrize(
    ("status", "kind", "message", "error"),
    [
        (400, "invalid_request_error", "max_tokens: too large", RequestRejectedError),
        (400, "invalid_request_error", "Your credit balance is too low", SpendLimitError),
        (401, "authentication_error", "invalid key", CredentialsRejectedError),
        (402, "billing_error", "no money", SpendLimitError),
        (403, "permission_error", "not you", CredentialsRejectedError),
        (404, "not_found_error", "model: nope", ModelUnavailableError),
        (408, "timeout_error", "too slow", ModelTimeoutError),
        (429, "rate_limit_error", "slow down", RateLimitedError),
        (500, "api_error", "oops", ProviderFailedError),
        (529, "overloaded_error", "busy", OverloadedError),
    ],
)
def test_an_error_answer_becomes_ours(
    provider: ReplayServer,
    claude: AnthropicClaude,
    ears: Ears,
    status: int,
    kind: str,
    message: str,
    error: type[ModelError],
) -> None:
    provider.will_answer(status, {"type": "error", "error": {"type": kind, "message": message}})

    with pytest.raises(error) as caught:
        claude.answer(request(), ears)

    assert type(caught.value) is error
    assert len(provider.requests) == 1


def test_the_wait_asked_for_comes_along(provider: ReplayServer, claude: AnthropicClaude, ears: Ears) -> None:
    body = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
    provider.will_answer(429, body, {"retry-after": "7"})

    with pytest.raises(RateLimitedError) as caught:
        claude.answer(request(), ears)

    assert caught.value.retry_after == 7.0


def test_a_cut_connection_is_an_error_and_not_half_a_reply(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer")[:6], HANG_UP)

    with pytest.raises(ConnectionLostError):
        claude.answer(request(), ears)


def test_what_the_provider_counted_before_the_end_is_known(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer")[:6], HANG_UP)
    provider.will_stream(*events_of("token_limit"))
    provider.will_stream(HANG_UP)

    cut, limited, unheard = (_error_of(claude, ears) for _ in range(3))

    # Of the first its beginning is known, of the second its end, and of the third nothing.
    assert 0 < cut.cost_usd < limited.cost_usd
    assert cut.cost_usd == PriceTable().cost(_START, "claude-sonnet-5-5")
    assert unheard.cost_usd == 0


def test_a_stopped_call_costs_what_was_counted(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer")[:6], threading.Event())
    caller = Caller(claude, request(), ears)
    assert ears.on_first.wait(5)

    ears.stopped.set()

    stopped = caller.wait()
    assert isinstance(stopped, CancelledError)
    assert stopped.cost_usd > 0


def _error_of(claude: AnthropicClaude, ears: Ears) -> ModelError:
    with pytest.raises(ModelError) as caught:
        claude.answer(request(), ears)
    return caught.value


def test_a_connection_cut_after_the_last_event_loses_nothing(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer"), HANG_UP)

    assert claude.answer(request(), ears).answer.reply == REPLY


def test_a_provider_that_lingers_after_the_last_event_does_not_delay_the_answer(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer"), threading.Event())

    assert claude.answer(request(), ears).answer.reply == REPLY
    assert provider.client_gone.wait(5)


def test_nobody_at_the_address_is_a_lost_connection(ears: Ears) -> None:
    with ReplayServer() as gone:
        url = gone.url

    with pytest.raises(ConnectionLostError):
        claude_at(url).answer(request(), ears)


def test_silence_before_the_answer_ends_with_the_idle_limit(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_hold(threading.Event())

    with pytest.raises(StalledError):
        claude.answer(request(idle=timedelta(seconds=0.05)), ears)
    assert provider.client_gone.wait(5)


def test_silence_in_the_middle_ends_with_the_idle_limit(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    provider.will_stream(*events_of("complete_answer")[:6], threading.Event())

    with pytest.raises(StalledError):
        claude.answer(request(idle=timedelta(seconds=1)), ears)
    assert ears.heard
    assert provider.client_gone.wait(5)


def test_a_stream_that_never_falls_silent_still_ends_with_the_deadline(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'
    provider.will_stream(*itertools.repeat(ping, 1000), gap=0.01)

    with pytest.raises(ModelTimeoutError) as caught:
        claude.answer(request(seconds=0.2), ears)

    assert not isinstance(caught.value, StalledError)


def test_the_clients_own_time_limit_holds_whatever_the_deadline(provider: ReplayServer, ears: Ears) -> None:
    provider.will_hold(threading.Event())

    with pytest.raises(ModelTimeoutError):
        claude_at(provider.url, timeout=timedelta(seconds=0.05)).answer(request(), ears)


def test_a_call_whose_deadline_is_over_is_not_made(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears
) -> None:
    with pytest.raises(ModelTimeoutError):
        claude.answer(request(seconds=0.0), ears)

    assert provider.requests == []


@pytest.mark.parametrize("spoken", [0, 6])
def test_a_cancel_ends_a_silent_call_and_closes_the_connection(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears, spoken: int
) -> None:
    silence = threading.Event()
    if spoken:
        provider.will_stream(*events_of("complete_answer")[:spoken], silence)
    else:
        provider.will_hold(silence)
    caller = Caller(claude, request(), ears)
    assert provider.asked.wait(5)
    assert not spoken or ears.on_first.wait(5)

    ears.stopped.set()

    assert isinstance(caller.wait(), CancelledError)
    assert provider.client_gone.wait(5)


def test_a_listener_that_fails_closes_the_connection_and_its_error_stays_its_own(
    provider: ReplayServer, claude: AnthropicClaude
) -> None:
    class Broken(Ears):
        def on_text(self, text: str) -> None:
            raise OSError("the stream to the user broke")

    provider.will_stream(*events_of("complete_answer")[:6], threading.Event())

    with pytest.raises(OSError, match="to the user"):
        claude.answer(request(), Broken())
    assert provider.client_gone.wait(5)


def test_tokens_are_counted_by_the_provider(provider: ReplayServer, claude: AnthropicClaude) -> None:
    provider.will_answer(200, {"input_tokens": 321})

    assert claude.count_tokens(request()) == 321
    (sent,) = provider.requests
    assert sent.path == "/v1/messages/count_tokens"
    assert "stream" not in sent.body
    assert "max_tokens" not in sent.body


@pytest.mark.parametrize("body", [{}, {"input_tokens": "many"}, []])
def test_a_count_without_a_number_is_the_providers_failure(
    provider: ReplayServer, claude: AnthropicClaude, body: object
) -> None:
    provider.will_answer(200, body)

    with pytest.raises(ProviderFailedError):
        claude.count_tokens(request())


def test_neither_prompt_nor_answer_nor_key_is_logged(
    provider: ReplayServer, claude: AnthropicClaude, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    provider.will_stream(*events_of("complete_answer"))
    provider.will_answer(
        400, {"error": {"type": "invalid_request_error", "message": "Is this a good result?"}}
    )

    with caplog.at_level(logging.INFO):
        claude.answer(request(), ears)
        with pytest.raises(RequestRejectedError):
            claude.answer(request(), ears)

    logged = str([record.__dict__ for record in caplog.records])
    assert not any(secret in logged for secret in ("sk-test-key", "good result", "clear outcome"))
