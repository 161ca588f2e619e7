"""Claude, through the anthropic SDK: the only module that imports it, and only when first asked.

The SDK builds, authenticates and sends the request and reads error answers. The stream of a good
answer is read below it, since building a validated object for every event of every stream was most
of a worker's work (`tests/benchmarks/bench_llm_cpu.py`).
"""
# ruff: noqa: PLC0415 -- importing late is what this module is for: the web process never pays for the SDK.

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import orjson

from conversations.errors import (
    ConnectionLostError,
    ConversationError,
    ModelError,
    ProviderFailedError,
)
from conversations.llm import wire_request
from conversations.llm.assembly import Assembly, EventSplitter, parsed_document, parsed_event
from conversations.llm.client import LimitsListener, Listener, ModelRequest
from conversations.llm.judge import Judgement, judge_body, read_judgement
from conversations.llm.pricing import PriceTable
from conversations.llm.provider_errors import provider_error, provider_limits
from conversations.llm.watch import Watch
from conversations.values import Completion, Usage

if TYPE_CHECKING:
    import anthropic
    import httpx2

_CONNECT_SECONDS: Final = 5.0
_WRITE_SECONDS: Final = 10.0
_LINGER_SECONDS: Final = 0.25
_JUDGE_SECONDS: Final = 20.0
_HEADERS: Final = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
_MESSAGES_PATH: Final = "/v1/messages"
_COUNT_PATH: Final = "/v1/messages/count_tokens"
_DEFAULT_BASE_URL: Final = "https://api.anthropic.com"


class AnthropicClaude:
    """Asks Claude over HTTP; one instance serves all threads of a process.

    The SDK's client is made by the first call of each process, because it must not be shared over
    a fork and its import takes a second and 65 MB. `timeout` bounds every call, whatever its deadline.
    """

    def __init__(self, *, base_url: str, api_key: str, timeout: timedelta, prices: PriceTable) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._prices = prices
        self._lock = threading.Lock()
        self._made: tuple[int, anthropic.Anthropic] | None = None

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Stream the answer to the listener and give it when it is complete.

        An error carries what the call is known to have cost until then.
        """
        asked = time.monotonic()
        assembly = Assembly(request.model)
        try:
            first_text = self._stream(request, listener, assembly)
            answer = assembly.answer()
            rest = assembly.rest_of(answer)
            if rest:
                listener.on_text(rest)
        except ConversationError as error:
            error.cost_usd = self._cost(assembly)
            raise
        return Completion(
            answer=answer,
            model=assembly.model,
            stop_reason=assembly.stop_reason or "",
            usage=replace(assembly.usage, cost_usd=self._cost(assembly)),
            first_token_ms=None if first_text is None else (first_text - asked) * 1000,
        )

    def count_tokens(self, request: ModelRequest) -> int:
        """Ask the provider how many input tokens the request has."""
        watch = self._watch(request, _Nobody())
        with self._open(_COUNT_PATH, wire_request.asked(request), watch) as response:
            counted = parsed_event(response.read())
        tokens = counted.get("input_tokens")
        if not isinstance(tokens, int):
            raise ProviderFailedError("The provider counted no tokens.")
        return tokens

    def document(self, body: wire_request.Json) -> wire_request.Json:
        """Make a call that does not stream, and give the JSON document it was answered with.

        Raises InvalidAnswerError for an answer that is cut short, refused, or no document.
        """
        seconds = self._timeout.total_seconds()
        watch = Watch(_Nobody(), deadline=time.monotonic() + seconds, idle_seconds=seconds)
        with self._open(_MESSAGES_PATH, body, watch) as response:
            return parsed_document(response.read())

    def same_meaning(self, here: str, there: str, *, model: str) -> Judgement:
        """Ask a model whether one reply would serve both first messages."""
        watch = Watch(
            _Nobody(), deadline=time.monotonic() + self._timeout.total_seconds(), idle_seconds=_JUDGE_SECONDS
        )
        with self._open(_MESSAGES_PATH, judge_body(here, there, model=model), watch) as response:
            said = read_judgement(parsed_event(response.read()), asked=model)
        usage = replace(said.usage, cost_usd=self._prices.cost(said.usage, said.model))
        return replace(said, usage=usage)

    def prepare(self) -> None:
        """Make the client now, so that a worker's first answer does not wait for the SDK's import."""
        self._client()

    def close(self) -> None:
        """Close this process's connections; a later call opens new ones."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made[1].close()

    def _stream(self, request: ModelRequest, listener: Listener, assembly: Assembly) -> float | None:
        watch = self._watch(request, listener)
        splitter = EventSplitter()
        first_text: float | None = None
        try:
            with self._open(_MESSAGES_PATH, wire_request.streamed(request), watch) as response:
                for chunk in response.iter_raw():
                    for data in splitter.feed(chunk):
                        text = assembly.take(data)
                        if text:
                            first_text = first_text or time.monotonic()
                            listener.on_text(text)
                    if assembly.is_ended:
                        # Reading to the end keeps the connection for the next call; it is not worth a wait.
                        watch.idle_seconds = _LINGER_SECONDS
        except ModelError:
            if not assembly.is_ended:
                raise
        return first_text

    def _cost(self, assembly: Assembly) -> Decimal:
        # Without a word of the provider's there is nothing to price, not even by an unknown model.
        return self._prices.cost(assembly.usage, assembly.model) if assembly.usage != Usage() else Decimal(0)

    def _watch(self, request: ModelRequest, listener: Listener) -> Watch:
        return Watch(
            listener,
            deadline=min(request.deadline, time.monotonic() + self._timeout.total_seconds()),
            idle_seconds=request.idle_timeout.total_seconds(),
        )

    @contextmanager
    def _open(self, path: str, body: wire_request.Json, watch: Watch) -> Iterator["httpx2.Response"]:
        import anthropic
        import httpx2

        from conversations.llm.transport import watched_by

        client = self._client()
        # The SDK's first import may take seconds on a busy machine, and is not the provider's silence.
        watch.heard()
        watch.next_wait()
        connect = min(_CONNECT_SECONDS, watch.remaining)
        with _our_errors(watch.listener), watched_by(watch):
            stream = client.post(
                path,
                content=orjson.dumps(body),
                cast_to=object,
                options={"headers": _HEADERS, "timeout": httpx2.Timeout(_WRITE_SECONDS, connect=connect)},
                stream=True,
                stream_cls=anthropic.Stream[object],
            )
            with closing(stream.response) as response:
                _tell_limits(watch.listener, response.headers)
                yield response

    def _client(self) -> "anthropic.Anthropic":
        made = self._made
        if made is not None and made[0] == os.getpid():
            return made[1]
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                if self._made is not None:
                    # Only this process's copies of the parent's connections: nothing is said on them.
                    self._made[1].close()
                self._made = (os.getpid(), self._new_client())
            return self._made[1]

    def _new_client(self) -> "anthropic.Anthropic":
        import anthropic
        import httpx2

        from conversations.llm.transport import WatchedTransport

        base_url = httpx2.URL(self._base_url or _DEFAULT_BASE_URL)
        return anthropic.Anthropic(
            api_key=self._api_key,
            base_url=base_url,
            max_retries=0,
            open_telemetry=False,
            http_client=httpx2.Client(transport=WatchedTransport(base_url), follow_redirects=False),
        )


class _Nobody:
    """A listener for calls that say nothing."""

    def on_text(self, text: str) -> None:
        """Take no notice."""

    def check(self) -> None:
        """Let it go on."""


def _tell_limits(listener: Listener, headers: Mapping[str, str]) -> None:
    if isinstance(listener, LimitsListener):
        listener.on_limits(provider_limits(headers))


@contextmanager
def _our_errors(listener: Listener) -> Iterator[None]:
    import anthropic

    try:
        yield
    except anthropic.APIStatusError as exc:
        _tell_limits(listener, exc.response.headers)
        raise provider_error(status=exc.status_code, body=exc.body, headers=exc.response.headers) from exc
    except anthropic.APIConnectionError as exc:
        # The transport's errors are ours already; the SDK wraps whatever stops a call before its answer.
        if isinstance(exc.__cause__, ConversationError):
            raise exc.__cause__ from None
        raise ConnectionLostError from exc
    except anthropic.AnthropicError as exc:
        raise ProviderFailedError from exc
