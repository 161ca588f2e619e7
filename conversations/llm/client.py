"""The port through which a conversation reaches the model."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from conversations.values import Completion, Prompt


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to the model, with everything that decides its answer.

    `deadline` is the instant of `time.monotonic()` by which the answer must be complete;
    `idle_timeout` is the longest silence allowed between two pieces of it. `is_retry` says that an
    earlier call for the same message failed; it is no part of the question.
    """

    prompt: Prompt
    model: str
    max_tokens: int
    deadline: float
    idle_timeout: timedelta
    effort: str = ""
    is_retry: bool = False


Left = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ProviderLimits:
    """What the provider said of its limits: how much a minute, and how much of it is left."""

    requests: Left | None = None
    input_tokens: Left | None = None
    output_tokens: Left | None = None


@runtime_checkable
class LimitsListener(Protocol):
    """A listener that also wants to hear of the provider's limits, from answers and from errors."""

    def on_limits(self, limits: ProviderLimits) -> None:
        """Take what the provider said with the first line of its answer."""


class Listener(Protocol):
    """The caller's eyes on an answer while it streams."""

    def on_text(self, text: str) -> None:
        """Take the next piece of the reply's plain text, in order."""

    def check(self) -> None:
        """Raise `AttemptEndedError` to stop; the stream is closed and the error propagates.

        It is called at least at every chunk and every half second of silence, always in the
        thread that called `answer`.
        """


class Claude(Protocol):
    """A model that answers a prompt, or raises a `ModelError`."""

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Give the complete answer, telling the listener about its text as it comes."""

    def count_tokens(self, request: ModelRequest) -> int:
        """Give the number of input tokens the request would be billed for."""
