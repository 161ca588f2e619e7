"""A question to the model as the Messages API takes it."""

from collections.abc import Mapping
from typing import Final

from conversations.llm.answer_schema import ANSWER_SCHEMA
from conversations.llm.catalogue import ModelCard, catalogue, family
from conversations.llm.client import ModelRequest
from conversations.values import PromptSection

# The API refuses a request with more.
_MOST_CACHE_BREAKPOINTS: Final = 4
Json = dict[str, object]


def asked(request: ModelRequest) -> Json:
    """Give what is asked, and of whom: all that decides the number of input tokens."""
    prompt = request.prompt
    cached = [one for one in (*prompt.system, *prompt.turn) if one.cached][-_MOST_CACHE_BREAKPOINTS:]
    messages: list[Json] = [{"role": str(one.role), "content": one.content} for one in prompt.history]
    turn = [_block(one, breakpoint_here=one in cached) for one in prompt.turn if one.text]
    card = catalogue().get(family(request.model))
    return {
        "model": request.model,
        "system": [_block(one, breakpoint_here=one in cached) for one in prompt.system if one.text],
        "messages": [*messages, {"role": "user", "content": turn}],
        "output_config": _output(request, card),
        **({"thinking": dict(card.thinking)} if card and card.thinking else {}),
    }


def streamed(request: ModelRequest) -> Json:
    """Give the body of a call that streams its answer."""
    return {**asked(request), "max_tokens": request.max_tokens, "stream": True}


def for_document(
    *, model: str, system: str, text: str, schema: Mapping[str, object], max_tokens: int
) -> Json:
    """Give the body of a call, not streamed, whose answer is one document of this schema."""
    card = catalogue().get(family(model))
    return {
        "model": model,
        "max_tokens": max_tokens,
        "system": system,
        "messages": [{"role": "user", "content": text}],
        "output_config": {"format": {"type": "json_schema", "schema": dict(schema)}},
        **({"thinking": dict(card.thinking)} if card and card.thinking else {}),
    }


def _output(request: ModelRequest, card: ModelCard | None) -> Json:
    output: Json = {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}}
    if card is not None and request.effort in card.efforts:
        output["effort"] = request.effort
    return output


def _block(section: PromptSection, *, breakpoint_here: bool) -> Json:
    block: Json = {"type": "text", "text": section.text}
    if breakpoint_here:
        block["cache_control"] = {"type": "ephemeral"}
    return block
