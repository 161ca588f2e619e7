"""The score of an objective together with its key results."""

from dataclasses import dataclass
from typing import Final

from knowledge.rubric.advice import finding
from knowledge.rubric.effects import pairs
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.shape import Shape, shape_of
from knowledge.rubric.themes import are_related
from knowledge.rubric.values import (
    Dimension,
    Finding,
    FindingCode,
    SetAssessment,
    Severity,
    TextAssessment,
    level_of,
    weighted,
)
from knowledge.rubric.weights import (
    KEY_RESULTS_IN_A_SET,
    MOST_KEY_RESULTS,
    OBJECTIVE_SHARE,
    PASS_LINE,
    SET_WEIGHTS,
)

COMPLETENESS: Final = {1: 50.0, 2: 100.0, 3: 100.0, 4: 100.0, 5: 85.0, 6: 55.0, 7: 40.0}
GUARDS: Final = bag("while without keep keeping maintain maintaining sustain")


@dataclass(frozen=True, slots=True)
class Bond:
    """How one key result relates to the objective and to its siblings; None is unknown."""

    to_objective: bool | None
    to_siblings: bool | None


def _bonds(objective: Shape, results: tuple[Shape, ...]) -> tuple[Bond, ...]:
    bonds: list[Bond] = []
    for index, result in enumerate(results):
        others = [are_related(result, other) for place, other in enumerate(results) if place != index]
        siblings = True if True in others else (None if None in others or not others else False)
        bonds.append(Bond(are_related(objective, result), siblings))
    return tuple(bonds)


def _coherence(bonds: tuple[Bond, ...]) -> tuple[float, list[str]]:
    worth = {True: 90.0, None: 65.0, False: 20.0}
    score = sum(worth[bond.to_objective] for bond in bonds) / len(bonds)
    proving = sum(bond.to_objective is True for bond in bonds)
    return score, [f"{proving} of {len(bonds)} results speak of the objective's subject"]


def _is_lagging(shape: Shape) -> bool:
    return shape.says(tags.LAGGING)


def _balance(results: tuple[Shape, ...]) -> tuple[float, list[str]]:
    if len(results) < 2:
        return 50.0, ["one result cannot balance another"]
    lagging = sum(_is_lagging(shape) for shape in results)
    score, evidence = 60.0, [f"{lagging} lagging, {len(results) - lagging} leading"]
    if 0 < lagging < len(results):
        score += 25
    elif lagging == len(results):
        score -= 20
    guard = any(
        shape.verb_is(tags.ROUTINE) or any(w.text in GUARDS for w in shape.reading.words) for shape in results
    )
    falling = any(shape.verb is not None and shape.verb.lemma in FALLING for shape in results)
    rising = any(shape.verb is not None and shape.verb.lemma in RISING for shape in results)
    if guard or (falling and rising):
        score += 15
        evidence.append("a counter-metric guards against gaming")
    return score, evidence


FALLING: Final = bag(
    """
    reduce decrease cut lower shrink halve minimise eliminate shorten drop
    """
)
RISING: Final = bag("increase grow raise boost lift improve double triple achieve reach")


def _achievability(
    key_results: tuple[TextAssessment, ...], shapes: tuple[Shape, ...]
) -> tuple[float, list[str]]:
    mean = sum(result.dimension("feasibility") for result in key_results) / len(key_results)
    based = sum(bool(pairs(shape)) for shape in shapes)
    return min(100.0, mean + 15 * based / len(shapes)), [f"{based} of {len(shapes)} results have a baseline"]


def _completeness(count: int) -> tuple[float, list[str]]:
    low, high = KEY_RESULTS_IN_A_SET
    return COMPLETENESS.get(count, 25.0), [f"{count} key result(s), {low} to {high} are best"]


def _set_findings(bonds: tuple[Bond, ...], results: tuple[Shape, ...]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if len(results) > MOST_KEY_RESULTS:
        found.append(finding(FindingCode.TOO_MANY, Severity.MEDIUM, span=None, confidence=1.0))
    unrelated = [bond for bond in bonds if bond.to_objective is False]
    related = any(bond.to_objective for bond in bonds)
    if unrelated and not related and len(unrelated) * 2 >= len(bonds):
        found.append(
            finding(FindingCode.DOES_NOT_SUPPORT_OBJECTIVE, Severity.HIGH, span=None, confidence=0.6)
        )
    elif any(bond.to_siblings is False or len(bonds) == 1 for bond in unrelated):
        found.append(finding(FindingCode.ORPHAN, Severity.MEDIUM, span=None, confidence=0.55))
    if len(results) > 1 and all(_is_lagging(shape) for shape in results):
        severity = Severity.MEDIUM if len(results) > 2 else Severity.LOW
        found.append(finding(FindingCode.LAGGING_ONLY, severity, span=None, confidence=0.6))
    return tuple(found)


def assess_set(objective: TextAssessment, key_results: tuple[TextAssessment, ...]) -> SetAssessment:
    """Score a complete OKR: content, coherence, completeness, balance and achievability."""
    aim = shape_of(objective.text)
    results = tuple(shape_of(result.text) for result in key_results)
    bonds = _bonds(aim, results)
    mean = sum(result.score for result in key_results) / len(key_results)
    content = OBJECTIVE_SHARE * objective.score + (1 - OBJECTIVE_SHARE) * mean
    weak = sum(result.score < PASS_LINE for result in key_results)
    parts = {
        "content": (content, [f"objective {objective.score}", f"{weak} key result(s) below the line"]),
        "coherence": _coherence(bonds),
        "completeness": _completeness(len(results)),
        "balance": _balance(results),
        "achievability": _achievability(key_results, results),
    }
    dimensions = tuple(
        Dimension(name, round(min(100.0, max(0.0, score)), 1), SET_WEIGHTS[name], tuple(evidence))
        for name, (score, evidence) in parts.items()
    )
    score = weighted(dimensions)
    scope = tuple(item for item in objective.findings if item.code is FindingCode.SCOPE_MISMATCH)
    return SetAssessment(score, level_of(score), dimensions, _set_findings(bonds, results) + scope)
