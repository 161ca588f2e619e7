"""A complete answer as bytes and back; JSON, since Redis holds no pickles."""

from decimal import Decimal

import orjson

from conversations.values import CoachAnswer, Completion, Draft, Intent, Usage

_FORM = 1


class UnreadableEntryError(ValueError):
    """What is stored is not an answer of this program's form."""


def encoded(completion: Completion) -> bytes:
    """Give a completion as JSON."""
    usage = completion.usage
    return orjson.dumps(
        {
            "form": _FORM,
            "reply": completion.answer.reply,
            "draft": completion.answer.draft.as_json(),
            "intent": completion.answer.intent.value,
            "model": completion.model,
            "stop_reason": completion.stop_reason,
            "tokens": [
                usage.input_tokens,
                usage.output_tokens,
                usage.cache_creation_input_tokens,
                usage.cache_read_input_tokens,
            ],
            "cost_usd": str(usage.cost_usd),
        }
    )


def decoded(stored: bytes) -> Completion:
    """Read a completion back, with the usage of the original call; raises UnreadableEntryError."""
    try:
        found = orjson.loads(stored)
        if found["form"] != _FORM:
            raise UnreadableEntryError
        return Completion(
            answer=CoachAnswer(
                reply=found["reply"], draft=Draft.from_json(found["draft"]), intent=Intent(found["intent"])
            ),
            model=found["model"],
            stop_reason=found["stop_reason"],
            usage=_usage(found["tokens"], found["cost_usd"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
        raise UnreadableEntryError from exc


def _usage(tokens: list[int], cost: str) -> Usage:
    spent, written, cache_created, cache_read = map(int, tokens)
    return Usage(spent, written, cache_created, cache_read, Decimal(cost))


def tokens_of(usage: Usage) -> int:
    """Count every token a call was billed for."""
    return usage.prompt_tokens + usage.output_tokens
