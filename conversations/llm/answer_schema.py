"""The form of an answer: the JSON schema the model is held to, and its strict reading."""

import math
from typing import Final, cast

import orjson

from conversations.errors import InvalidAnswerError
from conversations.values import CoachAnswer, Draft, Intent, KeyResultDraft

KINDS: Final = ("metric", "milestone", "binary")
DIRECTIONS: Final = ("increase", "decrease", "maintain")

# `reply` comes first, so that its text streams before the rest is thought out.
ANSWER_SCHEMA: Final[dict[str, object]] = {
    "type": "object",
    "properties": {
        "reply": {"type": "string", "description": "What the coach says to the user, in Markdown."},
        "objective": {
            "type": ["string", "null"],
            "description": "The objective as it now stands, or null while there is none.",
        },
        "key_results": {
            "type": "array",
            "description": "All key results as they now stand.",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "kind": {"type": "string", "enum": list(KINDS)},
                    "direction": {"type": "string", "enum": list(DIRECTIONS)},
                    "baseline": {"type": ["number", "null"]},
                    "target": {"type": ["number", "null"]},
                    "unit": {"type": "string"},
                },
                "required": ["text", "kind", "direction", "baseline", "target", "unit"],
                "additionalProperties": False,
            },
        },
        "user_intent": {
            "type": "string",
            "enum": [str(one.value) for one in Intent],
            "description": "What the user wants with the latest message.",
        },
    },
    "required": ["reply", "objective", "key_results", "user_intent"],
    "additionalProperties": False,
}
_ANSWER_MEMBERS: Final = frozenset(("reply", "objective", "key_results", "user_intent"))
_KEY_RESULT_MEMBERS: Final = frozenset(("text", "kind", "direction", "baseline", "target", "unit"))


def parse_answer(text: str) -> CoachAnswer:
    """Read a complete answer; anything not exactly of the schema is an `InvalidAnswerError`."""
    try:
        found: object = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as exc:
        raise InvalidAnswerError("The answer is not JSON.") from exc
    answer = _members(found, _ANSWER_MEMBERS, "answer")
    reply = _text(answer["reply"], "reply")
    if not reply.strip():
        raise InvalidAnswerError("The answer's reply is empty.")
    objective = answer["objective"]
    return CoachAnswer(
        reply=reply,
        draft=Draft(
            objective=None if objective is None else _text(objective, "objective"),
            key_results=tuple(_key_result(one) for one in _sequence(answer["key_results"], "key_results")),
        ),
        intent=Intent(_choice(answer["user_intent"], tuple(Intent.values), "user_intent")),
    )


def _key_result(found: object) -> KeyResultDraft:
    members = _members(found, _KEY_RESULT_MEMBERS, "key result")
    return KeyResultDraft(
        text=_text(members["text"], "text"),
        kind=_choice(members["kind"], KINDS, "kind"),
        direction=_choice(members["direction"], DIRECTIONS, "direction"),
        baseline=_number(members["baseline"], "baseline"),
        target=_number(members["target"], "target"),
        unit=_text(members["unit"], "unit"),
    )


def _members(found: object, expected: frozenset[str], name: str) -> dict[str, object]:
    if not isinstance(found, dict) or found.keys() != expected:
        raise InvalidAnswerError(f"The {name} does not have exactly the agreed members.")
    return cast("dict[str, object]", found)


def _sequence(found: object, name: str) -> list[object]:
    if not isinstance(found, list):
        raise InvalidAnswerError(f"The answer's {name} is not a list.")
    return found


def _text(found: object, name: str) -> str:
    if not isinstance(found, str):
        raise InvalidAnswerError(f"The answer's {name} is not text.")
    # PostgreSQL cannot store a NUL character, and nobody can read one.
    return found.replace("\x00", "")


def _choice(found: object, allowed: tuple[str, ...], name: str) -> str:
    if not isinstance(found, str) or found not in allowed:
        raise InvalidAnswerError(f"The answer's {name} is none of the agreed words.")
    return found


def _number(found: object, name: str) -> float | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise InvalidAnswerError(f"The answer's {name} is not a number.")
    return float(found)
