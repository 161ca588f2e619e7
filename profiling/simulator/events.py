"""The answer on the wire: one JSON message, or the same as server-sent events."""

from dataclasses import dataclass

import orjson

from profiling.simulator.errors import JsonObject
from profiling.simulator.usage import InputUsage, estimated_tokens

# A write costs both sides more than the text in it, so a long answer comes in larger pieces, not in more.
MAX_PIECES = 24
MIN_PIECE_CHARACTERS = 12


@dataclass(frozen=True)
class Answer:
    """A finished answer: what is said, why it ended, and what it cost."""

    message_id: str
    model: str
    text: str
    usage: InputUsage
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None
    stop_details: JsonObject | None = None

    @property
    def output_tokens(self) -> int:
        """The estimated size of the answer; never 0, as in the real service."""
        return max(1, estimated_tokens(self.text))


def pieces_of(text: str) -> list[str]:
    """Cut the text into at most MAX_PIECES pieces of nearly equal length."""
    size = max(MIN_PIECE_CHARACTERS, -(-len(text) // MAX_PIECES))
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def message_json(answer: Answer) -> JsonObject:
    """The whole message, as answered without streaming."""
    return {
        **_shell(answer),
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "stop_details": answer.stop_details,
        "usage": answer.usage.as_json(answer.output_tokens),
    }


def opening(answer: Answer) -> bytes:
    """The events before the first token."""
    shell = {**_shell(answer), "content": [], "stop_reason": None, "stop_sequence": None}
    return b"".join(
        (
            event("message_start", {"message": {**shell, "usage": answer.usage.as_json(1)}}),
            event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
            event("ping", {}),
        )
    )


def delta(text: str) -> bytes:
    """One piece of the text."""
    return event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": text}})


def closing(answer: Answer) -> bytes:
    """The events after the last token."""
    end = {
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "stop_details": answer.stop_details,
    }
    usage = {
        "input_tokens": answer.usage.input_tokens,
        "cache_creation_input_tokens": answer.usage.cache_creation_input_tokens,
        "cache_read_input_tokens": answer.usage.cache_read_input_tokens,
        "output_tokens": answer.output_tokens,
    }
    return b"".join(
        (
            event("content_block_stop", {"index": 0}),
            event("message_delta", {"delta": end, "usage": usage}),
            event("message_stop", {}),
        )
    )


def event(name: str, data: JsonObject) -> bytes:
    """One server-sent event."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps({"type": name, **data}))


def _shell(answer: Answer) -> JsonObject:
    return {"id": answer.message_id, "type": "message", "role": "assistant", "model": answer.model}
