"""What the rubric notices in one objective or one key result."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from knowledge.rubric.advice import finding
from knowledge.rubric.crowding import is_crowded
from knowledge.rubric.effects import pairs
from knowledge.rubric.horizon import beyond_cycle, out_of_scope
from knowledge.rubric.intent import Aim, Intent, recurs
from knowledge.rubric.key_result import is_mere_vanity
from knowledge.rubric.labour import counts_directly, is_made
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.outsiders import outsider_in
from knowledge.rubric.proof import Proof, Verdict
from knowledge.rubric.quantities import Kind
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape
from knowledge.rubric.targets import is_timid
from knowledge.rubric.themes import are_related
from knowledge.rubric.vagueness import PROCEDURES, repairs
from knowledge.rubric.values import Context, Finding, FindingCode, Severity

#: Words that tell of a thing as done: it is, or it is not.
FINISHED: Final = bag(
    """
    live ready done finished complete completed operational production available approved opened launched
    released running place deployed installed
    """
)
#: What any organisation does day after day.
RECURRING: Final = bag(
    """
    answer respond reply process handle monitor collect patch file pay invoice bill reconcile send clean
    serve operate check issue dispatch fulfil fulfill record log
    """
)


def _span(shape: Shape, token: Token | None) -> tuple[int, int] | None:
    if token is not None:
        return token.start, token.end
    tokens = shape.reading.tokens
    return (tokens[0].start, tokens[-1].end) if tokens else None


def _phrase(shape: Shape, token: Token | None) -> tuple[int, int] | None:
    """Span from a verb to the end of its object, which is what has to be rewritten."""
    if token is None or not shape.object or token is not shape.verb:
        return _span(shape, token)
    return token.start, shape.object[-1].end


def objective_findings(shape: Shape, aim: Aim, context: Context) -> tuple[Finding, ...]:
    """List what to talk about in an objective, gravest first."""
    found: list[Finding] = []
    if aim.intent is Intent.OUTPUT:
        span = _phrase(shape, aim.word)
        found.append(finding(FindingCode.OUTPUT_AS_OBJECTIVE, Severity.HIGH, span=span, confidence=0.85))
        if _is_busy(shape):
            found.append(finding(FindingCode.ACTIVITY_FOCUSED, Severity.HIGH, span=span, confidence=0.7))
        if _happens_anyway(shape):
            found.append(finding(FindingCode.BUSINESS_AS_USUAL, Severity.MEDIUM, span=span, confidence=0.55))
    if aim.intent is Intent.VAGUE:
        span = _span(shape, aim.word)
        found.append(finding(FindingCode.VAGUE_OUTCOME, Severity.HIGH, span=span, confidence=0.8))
    if aim.intent is Intent.ROUTINE:
        span = _span(shape, aim.word)
        found.append(finding(FindingCode.BUSINESS_AS_USUAL, Severity.HIGH, span=span, confidence=0.75))
    if aim.intent is Intent.CROWDED:
        span = _span(shape, None)
        found.append(finding(FindingCode.KITCHEN_SINK, Severity.HIGH, span=span, confidence=0.8))
    if aim.intent is Intent.OUTCOME and repairs(shape, PROCEDURES):
        span = _phrase(shape, aim.word)
        found.append(finding(FindingCode.VAGUE_OUTCOME, Severity.LOW, span=span, confidence=0.5))
    found.extend(_shared_findings(shape))
    found.extend(_scope_findings(shape, context))
    return tuple(found)


def _happens_anyway(shape: Shape) -> bool:
    """Say whether the work comes back by itself: sent every month, answered all day, paid on time."""
    if any(item.token.text == "24" and item.kind is Kind.NAME for item in shape.quantities):
        return True
    if shape.verb is None or shape.measures:
        return False
    if any(word.text in ("usual", "usually", "normally") for word in shape.reading.words):
        return True
    comes_in = shape.verb.lemma in RECURRING and not shape.says(tags.VIVID | tags.BIG)
    return comes_in or recurs(shape)


def _is_busy(shape: Shape) -> bool:
    """Say whether work is asked for again and again, or by the piece, and not one thing to be made."""
    if shape.verb_is(tags.ACTIVITY) and not shape.verb_is(tags.DELIVER):
        return True
    hires = shape.noun is not None and bool(shape.noun.tags & tags.STAFF)
    return hires or counts_directly(shape) or shape.says(tags.QUIET) or recurs(shape)


def key_result_findings(shape: Shape, verdict: Verdict, objective: Shape | None) -> tuple[Finding, ...]:
    """List what to talk about in a key result, gravest first."""
    found: list[Finding] = []
    proof = verdict.proof
    if proof in (Proof.OWN_WORK, Proof.SHARE_OF_WORK):
        severity = Severity.HIGH if proof is Proof.OWN_WORK else Severity.MEDIUM
        span = _phrase(shape, verdict.word)
        found.append(finding(FindingCode.ACTIVITY_FOCUSED, severity, span=span, confidence=0.85))
        if not shape.measures and not shape.says(tags.QUIET):
            found.append(finding(FindingCode.BINARY_THINKING, Severity.MEDIUM, span=span, confidence=0.7))
    if proof is Proof.CLAIM or (proof is Proof.OWN_WORK and not shape.measures):
        span = _span(shape, verdict.word)
        found.append(finding(FindingCode.UNMEASURABLE, Severity.HIGH, span=span, confidence=0.85))
    if proof is Proof.CLAIM and _is_vague(shape):
        span = _span(shape, shape.reading.first(tags.VAGUE | tags.GENERIC) or verdict.word)
        found.append(finding(FindingCode.VAGUE_OUTCOME, Severity.MEDIUM, span=span, confidence=0.7))
    if is_crowded(shape) and proof is not Proof.MEASURED:
        found.append(
            finding(FindingCode.KITCHEN_SINK, Severity.MEDIUM, span=_span(shape, None), confidence=0.6)
        )
    if proof is Proof.CLAIM and any(word.text in FINISHED for word in shape.reading.words):
        span = _span(shape, None)
        found.append(finding(FindingCode.BINARY_THINKING, Severity.MEDIUM, span=span, confidence=0.6))
    if proof is Proof.CLAIM and shape.noun is not None and is_made(shape.noun):
        span = _span(shape, shape.noun)
        found.append(finding(FindingCode.ACTIVITY_FOCUSED, Severity.MEDIUM, span=span, confidence=0.6))
    found.extend(_routine_findings(shape, verdict))
    found.extend(_number_findings(shape, verdict))
    found.extend(_shared_findings(shape))
    if objective is not None and are_related(objective, shape) is False:
        code = FindingCode.DOES_NOT_SUPPORT_OBJECTIVE
        found.append(finding(code, Severity.LOW, span=None, confidence=0.5))
    return tuple(found)


def _is_vague(shape: Shape) -> bool:
    return shape.says(tags.VAGUE | tags.GENERIC) or not shape.says(tags.METRIC)


def _routine_findings(shape: Shape, verdict: Verdict) -> Iterator[Finding]:
    measured = verdict.proof in (Proof.MEASURED, Proof.GRADABLE)
    routine = shape.verb if shape.verb_is(tags.ROUTINE) else None
    if verdict.proof is Proof.OWN_WORK or shape.verb_is(tags.SERVE):
        routine = shape.reading.first(tags.QUIET) or routine
    if routine is None and _happens_anyway(shape) and shape.verb_is(tags.SERVE):
        routine = shape.verb
    if routine is not None and not measured:
        yield finding(
            FindingCode.BUSINESS_AS_USUAL, Severity.MEDIUM, span=_span(shape, routine), confidence=0.65
        )


def _number_findings(shape: Shape, verdict: Verdict) -> Iterator[Finding]:
    if verdict.proof is not Proof.MEASURED:
        return
    if is_timid(shape):
        span: tuple[int, int] | None = (verdict.effects[0].token.start, verdict.effects[-1].token.end)
        yield finding(FindingCode.SANDBAGGING, Severity.MEDIUM, span=span, confidence=0.7)
    fuzzy = shape.reading.first(tags.FUZZY)
    if fuzzy is not None and not shape.reading.tags & tags.RESULT:
        span = _span(shape, fuzzy)
        yield finding(FindingCode.AMBIGUOUS_METRIC, Severity.LOW, span=span, confidence=0.6)
    if _lacks_baseline(shape):
        token = verdict.effects[0].token
        yield finding(FindingCode.NO_BASELINE, Severity.LOW, span=(token.start, token.end), confidence=0.6)


def _lacks_baseline(shape: Shape) -> bool:
    if pairs(shape) or not (shape.says(tags.METRIC) or shape.verb_is(tags.CHANGE)):
        return False
    values = [quantity.value for quantity in shape.measures]
    if 0.0 in values or any(quantity.kind is Kind.RANK for quantity in shape.measures):
        return False
    return shape.verb_is(tags.CHANGE) or (shape.verb is not None and shape.says(tags.METRIC))


def _shared_findings(shape: Shape) -> Iterator[Finding]:
    vanity = shape.reading.first(tags.VANITY)
    if vanity is not None and _is_a_blow(shape, vanity):
        vanity = None
    proven = shape.says(tags.LAGGING) or _is_verb_here(vanity)
    if vanity is not None and not proven:
        gentle = shape.measures and not is_mere_vanity(shape)
        severity = Severity.LOW if gentle else Severity.MEDIUM
        yield finding(FindingCode.VANITY_METRIC, severity, span=_span(shape, vanity), confidence=0.6)
    outside = outsider_in(shape)
    if outside is not None:
        span = _span(shape, outside)
        yield finding(FindingCode.OUTSIDE_INFLUENCE, Severity.MEDIUM, span=span, confidence=0.6)


def _is_a_blow(shape: Shape, word: Token) -> bool:
    """Tell "when a crisis hits" from "website hits"."""
    words = shape.reading.words
    before = next((left for left, right in pairwise(words) if right is word), None)
    named = before is not None and before.text not in ("of", "more", "website", "site", "page", "web")
    return word.text == "hits" and named and not shape.measures


def _is_verb_here(token: Token | None) -> bool:
    return token is not None and token.text in ("like", "hit", "view", "download", "mention")


def _scope_findings(shape: Shape, context: Context) -> Iterator[Finding]:
    word = out_of_scope(shape, context) or beyond_cycle(shape, context)
    if word is not None:
        span = _span(shape, word)
        yield finding(FindingCode.SCOPE_MISMATCH, Severity.MEDIUM, span=span, confidence=0.6)
