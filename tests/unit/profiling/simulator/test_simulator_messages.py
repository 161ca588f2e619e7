"""What the simulator refuses, in the service's words."""

from typing import Any

import orjson
import pytest

from profiling.simulator.errors import ApiError
from profiling.simulator.messages import parse_request

VALID: dict[str, Any] = {
    "model": "claude-sonnet-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "hello"}],
}


def _refused(changes: dict[str, Any]) -> ApiError:
    body = {name: value for name, value in {**VALID, **changes}.items() if value is not ...}
    with pytest.raises(ApiError) as refusal:
        parse_request(orjson.dumps(body))
    return refusal.value


def _text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


OPEN_SCHEMA = {"type": "json_schema", "schema": {"type": "object"}}
CACHED = _text("a", cache_control={"type": "ephemeral"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_tokens": ...}, "max_tokens: Field required"),
        ({"max_tokens": -1}, "max_tokens: Input should be"),
        ({"max_tokens": True}, "valid integer"),
        ({"max_tokens": 10_000_000}, "which is the maximum"),
        ({"model": ...}, "model: Field required"),
        ({"messages": ...}, "messages: Field required"),
        ({"messages": []}, "at least one message"),
        ({"messages": "hello"}, "valid list"),
        ({"messages": [{"role": "assistant", "content": "hi"}]}, 'first message must use the "user" role'),
        ({"messages": [{"role": "robot", "content": "hi"}]}, "messages.0.role"),
        ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        ({"messages": [{"role": "user", "content": ""}]}, "non-empty"),
        ({"messages": [{"role": "user", "content": [_text(" ")]}]}, "text content blocks must be non-empty"),
        ({"messages": [*VALID["messages"], {"role": "assistant", "content": "{"}]}, "prefill"),
        ({"temperature": 0.5}, "temperature: Extra inputs are not permitted"),
        ({"top_k": 5}, "top_k: Extra inputs are not permitted"),
        ({"stream": "yes"}, "valid boolean"),
        ({"system": [CACHED] * 5}, "maximum of 4 blocks with cache_control"),
        ({"system": [_text("a", cache_control={"type": "ephemeral", "ttl": "1d"})]}, "cache_control.ttl"),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, "budget_tokens"),
        ({"thinking": {"type": "hard"}}, "thinking.type"),
        ({"output_config": {"effort": "huge"}}, "output_config.effort"),
        ({"output_config": {"format": {"type": "json"}}}, "output_config.format.type"),
        ({"output_config": {"format": OPEN_SCHEMA}}, "additionalProperties"),
    ],
)  # fmt: skip
def test_it_refuses_what_the_service_refuses(changes: dict[str, Any], words: str) -> None:
    refusal = _refused(changes)

    assert refusal.spec.status == 400
    assert words in refusal.message


def test_deep_nesting_is_refused_and_breaks_nothing() -> None:
    body = orjson.dumps({**VALID, "metadata": "X"}).replace(b'"X"', b"[" * 300 + b"]" * 300)

    with pytest.raises(ApiError) as refusal:
        parse_request(body)

    assert "nested too deeply" in refusal.value.message


def test_an_unknown_model_is_not_found() -> None:
    refusal = _refused({"model": "claude-unheard-of"})

    assert (refusal.spec.status, refusal.message) == (404, "model: claude-unheard-of")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b""])
def test_a_body_that_is_not_a_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError):
        parse_request(body)


def test_text_and_a_single_block_are_the_same_prompt() -> None:
    plain = parse_request(orjson.dumps(VALID))
    blocks = parse_request(
        orjson.dumps({**VALID, "messages": [{"role": "user", "content": [_text("hello")]}]})
    )

    assert plain.blocks == blocks.blocks


def test_counting_asks_for_no_max_tokens() -> None:
    body = {name: value for name, value in VALID.items() if name != "max_tokens"}

    assert parse_request(orjson.dumps(body), counting=True).input_tokens == 6


def test_the_hash_knows_the_content_and_not_the_order_of_keys() -> None:
    turned = dict(reversed(VALID.items()))
    other = {**VALID, "max_tokens": 101}
    first, second, third = (parse_request(orjson.dumps(body)) for body in (VALID, turned, other))

    assert first.request_hash == second.request_hash
    assert first.request_hash != third.request_hash
