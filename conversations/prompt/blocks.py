"""The fenced blocks of a prompt: facts as JSON that cannot leave its fence, and the user's words, escaped.

Nothing is told twice, and what is empty, false or of no use in this phase is not told at all.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape
from typing import Final, TypeAlias

from conversations.prompt.facts import PromptFacts
from conversations.strategies import StrategyName
from conversations.values import KeyResultDraft, Phase
from knowledge.rubric import Assessment, Context, Finding, FindingCode, Severity, TextAssessment

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

USERS_WORDS: Final = "message"
MOST_FINDINGS: Final = 5
MOST_TURN_FINDINGS: Final = 2
MOST_SUGGESTIONS: Final = 2
MOST_REFRAMINGS: Final = 2
MOST_QUESTIONS: Final = 1
LONGEST_TEXT: Final = 240
LONGEST_SUGGESTION: Final = 160
LEAST_CONFIDENCE: Final = 0.5
LARGEST_WHOLE: Final = 1e15
_RANK: Final = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_ANTIPATTERN: Final = "antipattern"
#: The objective's dimensions that the instructions speak of, and the phases that work on them.
_DECIDING: Final = ("outcome", "clarity", "inspiration")
_ABOUT_OBJECTIVE: Final = (Phase.DISCOVERY, Phase.REFINEMENT)
# The rubric's own blanks, as in “from <now> to <target>”: escaped, they would cost five tokens each.
_BLANKS: Final = str.maketrans("<>", "[]")
_UNFENCED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def okr_facts(facts: PromptFacts) -> str:
    """Give the block about the OKR: what stands, what the rubric says of it, what is still asked."""
    content: dict[str, Json] = {
        "phase": facts.phase.value,
        "objective": _objective(facts),
        "key_results": _key_results(facts),
        "unmet": list(facts.unmet),
        **_told(
            findings=[_finding(one, target) for target, one in _about_draft(facts)],
            stalled=facts.stalled,
            context=_context(facts.context),
        ),
    }
    return _fenced("okr_facts", content)


def turn_facts(facts: PromptFacts, advice: str) -> str:
    """Give the block about this turn: how to coach, what the user's words show, what the library offers."""
    about_message = _about_message(facts)
    # Once everything is drafted the user is asked for a yes, and new ideas would only delay it.
    open_to_ideas = facts.phase not in (Phase.VALIDATION, Phase.COMPLETED)
    content: dict[str, Json] = {
        "strategy": facts.strategy.name.value,
        "advice": advice,
        "user_messages": facts.user_messages,
        **_told(
            findings=[_finding(one, target) for target, one in about_message],
            suggestions=[*_suggestions(facts, about_message)] if open_to_ideas else [],
            reframings=[*_reframings(facts, about_message)] if open_to_ideas else [],
        ),
    }
    return _fenced("turn_facts", content)


def user_message(text: str) -> str:
    """Give the user's words, escaped, so that nothing in them can close the fence."""
    return f"<user_message>{escape(text, quote=False)}</user_message>"


def words_within(block: str) -> str:
    """Give the user's words back from their fence."""
    return unescape(block.removeprefix("<user_message>").removesuffix("</user_message>"))


def _fenced(name: str, content: dict[str, Json]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"<{name}>{text.translate(_UNFENCED)}</{name}>"


def _told(**facts: Json) -> dict[str, Json]:
    """Leave out what says nothing: no, none, empty."""
    return {name: fact for name, fact in facts.items() if fact}


Targeted: TypeAlias = tuple[str, Finding]


def _about_draft(facts: PromptFacts) -> list[Targeted]:
    return _weightiest(_of_okr(facts.assessment), MOST_FINDINGS)


def _about_message(facts: PromptFacts) -> list[Targeted]:
    """Give the findings about the user's words, without those the draft is told to have."""
    known = {one.code for _, one in _about_draft(facts)}
    new = (("message", one) for one in facts.findings if one.code not in known)
    return _weightiest(new, MOST_TURN_FINDINGS)


def _suggestions(facts: PromptFacts, about_message: Sequence[Targeted]) -> Iterator[Json]:
    # What the library says of an anti-pattern repeats its finding; only its example is new.
    repeated = bool(about_message) and facts.strategy.name is not StrategyName.EXAMPLE_DRIVEN
    fitting = [one for one in facts.suggestions if not (repeated and one.kind == _ANTIPATTERN)]
    for one in fitting[:MOST_SUGGESTIONS]:
        yield {"title": _clipped(one.title), "text": _clipped(one.text, LONGEST_SUGGESTION)}


def _reframings(facts: PromptFacts, about_message: Sequence[Targeted]) -> Iterator[str]:
    asked = {one.question for _, one in about_message}
    for one in facts.reframings[:MOST_REFRAMINGS]:
        yield from (question for question in one.questions[:MOST_QUESTIONS] if question not in asked)


def _objective(facts: PromptFacts) -> Json:
    text = facts.draft.objective
    if text is None:
        return None
    scored = facts.assessment.objective if facts.assessment else None
    return {
        "text": text,
        "score": _score(scored),
        **_told(approved=text in facts.approved_texts, dimensions=_dimensions(facts.phase, scored)),
    }


def _dimensions(phase: Phase, scored: TextAssessment | None) -> dict[str, Json]:
    if scored is None or phase not in _ABOUT_OBJECTIVE:
        return {}
    return {part.name: round(part.score) for part in scored.dimensions if part.name in _DECIDING}


def _key_results(facts: PromptFacts) -> Json:
    scored = facts.assessment.key_results if facts.assessment else ()
    return [
        _key_result(one, scored[index] if index < len(scored) else None, one.text in facts.approved_texts)
        for index, one in enumerate(facts.draft.key_results)
    ]


def _key_result(one: KeyResultDraft, scored: TextAssessment | None, approved: bool) -> Json:
    return {
        "text": one.text,
        "score": _score(scored),
        **_told(approved=approved),
        "kind": one.kind,
        "direction": one.direction,
        "baseline": _number(one.baseline),
        "target": _number(one.target),
        "unit": one.unit,
    }


def _score(scored: TextAssessment | None) -> int | None:
    return round(scored.score) if scored else None


def _number(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) and abs(value) < LARGEST_WHOLE else value


def _context(context: Context) -> dict[str, Json]:
    known: dict[str, str | int | None] = {
        "industry": _clipped(context.industry),
        "function": _clipped(context.function),
        "timeframe": _clipped(context.timeframe),
        "team_size": context.team_size,
        "scope": _clipped(context.scope),
    }
    return {name: value for name, value in known.items() if value not in ("", None)}


def _of_okr(assessment: Assessment | None) -> list[tuple[str, Finding]]:
    """Pair every finding with what it is about."""
    if assessment is None:
        return []
    parts = [("objective", assessment.objective)] if assessment.objective else []
    parts += [(f"key_result {place}", one) for place, one in enumerate(assessment.key_results, start=1)]
    found = [(target, one) for target, part in parts for one in part.findings]
    return found + [("okr", one) for one in (assessment.set.findings if assessment.set else ())]


def _weightiest(found: Iterable[tuple[str, Finding]], most: int) -> list[tuple[str, Finding]]:
    """Keep the sure ones that matter most, each code once per target; equal ones stay in their order."""
    sure = (pair for pair in found if pair[1].confidence >= LEAST_CONFIDENCE)
    once: dict[tuple[str, FindingCode], tuple[str, Finding]] = {}
    for target, one in sorted(sure, key=lambda pair: (_RANK[pair[1].severity], -pair[1].confidence)):
        once.setdefault((target, one.code), (target, one))
    return [*once.values()][:most]


def _finding(one: Finding, target: str) -> Json:
    return {
        "code": one.code.value,
        "severity": one.severity.value,
        "target": target,
        "message": _clipped(one.message.translate(_BLANKS)),
        "question": _clipped(one.question.translate(_BLANKS)),
        "suggestion": _clipped(one.suggestion.translate(_BLANKS)),
    }


def _clipped(text: str, most: int = LONGEST_TEXT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
