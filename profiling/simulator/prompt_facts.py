"""What the prompt tells the coach: the facts in its fenced blocks, the user's words, the turns before.

Every block may be missing and every field of a block as well; the coach then knows less, and still answers.
"""

import html
import re
from dataclasses import dataclass, field

import orjson

from profiling.simulator.draft import DraftResult
from profiling.simulator.errors import JsonObject
from profiling.simulator.messages import MessagesRequest, Turn
from profiling.simulator.quantities import parsed_result

_MARKER = re.compile(r"\[\[sim:[^\]]*\]\]")
PHASES = ("discovery", "refinement", "kr_discovery", "validation", "completed")


@dataclass(frozen=True)
class Finding:
    """A weakness the rubric found."""

    code: str
    target: str
    message: str
    question: str
    suggestion: str
    severity: str = "medium"


@dataclass(frozen=True)
class Suggestion:
    """Something from the knowledge library that fits."""

    title: str
    text: str
    why: str


@dataclass(frozen=True)
class PromptFacts:
    """Everything the coach works with."""

    user_text: str
    phase: str = "discovery"
    objective: str | None = None
    dimensions: dict[str, float] = field(default_factory=dict)
    key_results: tuple[DraftResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    turn_findings: tuple[Finding, ...] = ()
    unmet: tuple[str, ...] = ()
    stalled: bool = False
    context: dict[str, str] = field(default_factory=dict)
    strategy: str = ""
    user_messages: int = 1
    suggestions: tuple[Suggestion, ...] = ()
    questions: tuple[str, ...] = ()
    earlier: tuple[Turn, ...] = ()

    @property
    def earlier_user_texts(self) -> tuple[str, ...]:
        """What the user wrote before, oldest first."""
        return tuple(turn.text for turn in self.earlier if turn.role == "user")

    @property
    def earlier_replies(self) -> tuple[str, ...]:
        """What the coach answered before, oldest first."""
        return tuple(turn.text for turn in self.earlier if turn.role == "assistant")


def read_prompt(request: MessagesRequest) -> PromptFacts:
    """Gather the facts from wherever in the prompt they stand; the last occurrence counts."""
    everything = "\n".join([request.system, *(turn.text for turn in request.turns)])
    okr = _block(everything, "okr_facts")
    turn = _block(request.last_user_text, "turn_facts")
    objective = _object(okr.get("objective"))
    phase = _text(okr.get("phase"))
    users = sum(1 for each in request.turns if each.role == "user")
    return PromptFacts(
        user_text=_user_words(request.last_user_text),
        phase=phase if phase in PHASES else "discovery",
        objective=_text(objective.get("text")) or None,
        dimensions=_numbers(objective.get("dimensions")),
        key_results=_results(okr.get("key_results")),
        findings=_findings(okr.get("findings")),
        turn_findings=_findings(turn.get("findings")),
        unmet=_texts(okr.get("unmet")),
        stalled=okr.get("stalled") is True,
        context={name: _text(value) for name, value in _object(okr.get("context")).items() if _text(value)},
        strategy=_text(turn.get("strategy")),
        user_messages=int(_number(turn.get("user_messages")) or users),
        suggestions=_suggestions(turn.get("suggestions")),
        questions=_questions(turn.get("reframings")),
        earlier=tuple(Turn(each.role, _user_words(each.text)) for each in _before_last_user(request.turns)),
    )


def _before_last_user(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    last = max((index for index, turn in enumerate(turns) if turn.role == "user"), default=0)
    return turns[:last]


def _user_words(text: str) -> str:
    """The user's own words: the fenced ones, or else whatever is not a block of facts."""
    text = _MARKER.sub("", text)
    fenced = re.findall(r"<user_message>(.*?)</user_message>", text, re.DOTALL)
    if fenced:
        return html.unescape(fenced[-1]).strip()
    return re.sub(r"<(okr_facts|turn_facts)>.*?</\1>", "", text, flags=re.DOTALL).strip()


def _block(text: str, name: str) -> JsonObject:
    found = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    for candidate in reversed(found):
        for body in (candidate, html.unescape(candidate)):
            try:
                return _object(orjson.loads(body))
            except orjson.JSONDecodeError:
                continue
    return {}


def _findings(value: object) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=_text(item.get("code")),
            target=_text(item.get("target")) or "objective",
            message=_text(item.get("message")),
            question=_text(item.get("question")),
            suggestion=_text(item.get("suggestion")),
            severity=_text(item.get("severity")) or "medium",
        )
        for item in _objects(value)
    )


def _results(value: object) -> tuple[DraftResult, ...]:
    """The key results as they stand: an answer that keeps one gives it back field for field."""
    return tuple(_result(item) for item in _objects(value) if _text(item.get("text")))


def _result(item: JsonObject) -> DraftResult:
    parsed = parsed_result(_text(item.get("text")))
    if not {"kind", "direction", "baseline", "target", "unit"} <= item.keys():
        return parsed
    return DraftResult(
        text=parsed.text,
        kind=_text(item["kind"]) or parsed.kind,
        direction=_text(item["direction"]) or parsed.direction,
        baseline=_number(item["baseline"]),
        target=_number(item["target"]),
        unit=_text(item["unit"]),
    )


def _suggestions(value: object) -> tuple[Suggestion, ...]:
    return tuple(
        Suggestion(_text(item.get("title")), _text(item.get("text")), _text(item.get("why")))
        for item in _objects(value)
    )


def _questions(value: object) -> tuple[str, ...]:
    return _texts(value) or tuple(
        question for item in _objects(value) for question in _texts(item.get("questions"))
    )


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _text(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return value.strip() if isinstance(value, str) else ""


def _numbers(value: object) -> dict[str, float]:
    found = {name: _number(score) for name, score in _object(value).items()}
    return {name: score for name, score in found.items() if score is not None}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
