"""The events of a streamed message, put together into one completion."""

from collections.abc import Iterator
from typing import Final

import orjson

from conversations.errors import (
    IncompleteAnswerError,
    InvalidAnswerError,
    ProviderFailedError,
    RefusedError,
)
from conversations.llm.answer_schema import parse_answer
from conversations.llm.partial import ReplyText
from conversations.llm.provider_errors import provider_error
from conversations.values import CoachAnswer, Usage

_COMPLETE: Final = frozenset(("end_turn", "stop_sequence"))
_COUNTS: Final = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)


class EventSplitter:
    """Cuts a stream of server-sent events into the data of each, however the bytes are chunked."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take the next bytes and give the data of each event they complete."""
        found = self._rest + chunk
        if b"\r" in found:
            found = found.replace(b"\r\n", b"\n")
        *events, self._rest = found.split(b"\n\n")
        for event in events:
            data = b"\n".join(line[5:].lstrip(b" ") for line in event.split(b"\n") if line[:5] == b"data:")
            if data:
                yield data


class Assembly:
    """Collects one message from its events, and judges at the end whether it is a complete answer."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.stop_reason: str | None = None
        self._pieces: list[str] = []
        self._given: list[str] = []
        self._reply = ReplyText()
        self._counts = dict.fromkeys(_COUNTS, 0)
        self.is_ended = False

    def take(self, data: bytes) -> str:
        """Take an event and give the reply's text it completes, perhaps none."""
        event = parsed_event(data)
        match event.get("type"):
            case "content_block_delta":
                return self._take_delta(event.get("delta"))
            case "message_start":
                self._start(event.get("message"))
            case "message_delta":
                self._finish(event.get("delta"), event.get("usage"))
            case "message_stop":
                self.is_ended = True
            case "error":
                raise provider_error(status=200, body=event)
        return ""

    @property
    def usage(self) -> Usage:
        """What the call has consumed so far, without its price."""
        counts = self._counts
        return Usage(
            input_tokens=counts["input_tokens"],
            output_tokens=counts["output_tokens"],
            cache_creation_input_tokens=counts["cache_creation_input_tokens"],
            cache_read_input_tokens=counts["cache_read_input_tokens"],
        )

    def answer(self) -> CoachAnswer:
        """Read the complete answer; half an answer, a refusal or another form is an error."""
        if self.stop_reason == "refusal":
            raise RefusedError
        if not self.is_ended or self.stop_reason not in _COMPLETE:
            raise IncompleteAnswerError(f"The answer ended early ({self.stop_reason or 'cut off'}).")
        return parse_answer("".join(self._pieces))

    def rest_of(self, answer: CoachAnswer) -> str:
        """Give what the reply still lacks of what was streamed."""
        given = "".join(self._given)
        if not answer.reply.startswith(given):
            raise InvalidAnswerError("The answer says its reply twice.")
        return answer.reply[len(given) :]

    def _take_delta(self, delta: object) -> str:
        text = delta.get("text") if isinstance(delta, dict) and delta.get("type") == "text_delta" else None
        if not isinstance(text, str):
            return ""
        self._pieces.append(text)
        reply = self._reply.feed(text).replace("\x00", "")
        if reply:
            self._given.append(reply)
        return reply

    def _start(self, message: object) -> None:
        if isinstance(message, dict):
            self.model = str(message.get("model") or self.model)
            self._count(message.get("usage"))

    def _finish(self, delta: object, usage: object) -> None:
        if isinstance(delta, dict) and isinstance(delta.get("stop_reason"), str):
            self.stop_reason = delta["stop_reason"]
        self._count(usage)

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            # Each report is cumulative, so a later one replaces an earlier one.
            self._counts.update((name, usage[name]) for name in _COUNTS if isinstance(usage.get(name), int))


def parsed_event(data: bytes) -> dict[str, object]:
    """Read what the provider sent as a JSON object; anything but JSON is its failure."""
    try:
        event: object = orjson.loads(data)
    except orjson.JSONDecodeError as exc:
        raise ProviderFailedError("The provider's answer is not JSON.") from exc
    return event if isinstance(event, dict) else {}


def parsed_document(data: bytes) -> dict[str, object]:
    """Read a whole message whose text is one JSON object; one cut short or refused is none."""
    message = parsed_event(data)
    if message.get("stop_reason") not in _COMPLETE:
        raise IncompleteAnswerError
    content = message.get("content")
    blocks = [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
    text = "".join(str(one.get("text", "")) for one in blocks if one.get("type") == "text")
    try:
        document: object = orjson.loads(text)
    except orjson.JSONDecodeError as exc:
        raise InvalidAnswerError("The answer is not JSON.") from exc
    if not isinstance(document, dict):
        raise InvalidAnswerError("The answer is no JSON object.")
    return document
