"""What the simulator says: the coach's document, some other schema's smallest document, or plain text."""

import secrets

import orjson

from profiling.simulator.coach import coach
from profiling.simulator.errors import JsonObject
from profiling.simulator.events import Answer
from profiling.simulator.faults import Fault
from profiling.simulator.judging import JUDGE_FIELDS, judgement
from profiling.simulator.messages import MessagesRequest
from profiling.simulator.prompt_facts import read_prompt
from profiling.simulator.schema import minimal_document
from profiling.simulator.usage import CHARACTERS_PER_TOKEN, InputUsage

COACH_FIELDS = frozenset({"reply", "objective", "key_results", "user_intent"})
REFUSAL: JsonObject = {"type": "refusal", "category": None, "explanation": "Refused on request, for a test."}


def compose(request: MessagesRequest, *, usage: InputUsage, fault: Fault | None) -> Answer:
    """Write the whole answer, wrong in the way the fault wants."""
    kind = fault.kind if fault else ""
    text, reason, stop_sequence = text_of(request), "end_turn", None
    if kind == "garbage_json":
        text = '{"reply": "This document ends where it should go on, ' + "and is not JSON, " * 8
    elif kind == "schema_violation":
        text = '{"reply": 42, "objective": ["not", "a", "string"], "surprise": true}'
    elif kind == "refusal":
        text, reason = "", "refusal"
    elif kind == "truncation":
        text, reason = text[: len(text) // 2], "max_tokens"
    else:
        text, reason, stop_sequence = _bounded(request, text)
    details = REFUSAL if reason == "refusal" else None
    message_id = "msg_" + secrets.token_hex(12)
    return Answer(message_id, request.model, text, usage, reason, stop_sequence, details)


def text_of(request: MessagesRequest) -> str:
    """The right answer to the request."""
    if request.schema is None:
        return coach(read_prompt(request)).reply
    properties = request.schema.get("properties")
    if isinstance(properties, dict) and set(properties) == COACH_FIELDS:
        return orjson.dumps(coach(read_prompt(request)).as_json()).decode()
    if isinstance(properties, dict) and set(properties) == JUDGE_FIELDS:
        return orjson.dumps(judgement(request.last_user_text)).decode()
    words = "An answer from the simulator."
    return orjson.dumps(minimal_document(request.schema, text=words)).decode()


def _bounded(request: MessagesRequest, text: str) -> tuple[str, str, str | None]:
    """Stop at a stop sequence or at max_tokens, whichever comes first."""
    limit = request.max_tokens * CHARACTERS_PER_TOKEN
    stops = [(text.find(stop), stop) for stop in request.stop_sequences if stop in text]
    if stops and min(stops)[0] <= limit:
        end, stop = min(stops)
        return text[:end], "stop_sequence", stop
    if len(text) > limit:
        return text[:limit], "max_tokens", None
    return text, "end_turn", None
