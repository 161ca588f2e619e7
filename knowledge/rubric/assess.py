"""Assessing texts and whole OKRs: pure functions of text and context."""

from collections.abc import Sequence

from knowledge.rubric.key_result import key_result_dimensions
from knowledge.rubric.objective import objective_dimensions
from knowledge.rubric.okr_set import assess_set
from knowledge.rubric.shape import shape_of
from knowledge.rubric.text_findings import key_result_findings, objective_findings
from knowledge.rubric.values import Assessment, Context, TextAssessment, level_of, weighted

NO_CONTEXT = Context()


def assess_objective(text: str, context: Context = NO_CONTEXT) -> TextAssessment:
    """Score one objective."""
    shape, aim, dimensions = objective_dimensions(text, context)
    score = weighted(dimensions)
    return TextAssessment(text, score, level_of(score), dimensions, objective_findings(shape, aim, context))


def assess_key_result(text: str, context: Context = NO_CONTEXT, *, objective: str = "") -> TextAssessment:
    """Score one key result; its objective, where given, settles what it has to prove."""
    shape, verdict, dimensions = key_result_dimensions(text, context)
    score = weighted(dimensions)
    found = key_result_findings(shape, verdict, shape_of(objective) if objective else None)
    return TextAssessment(text, score, level_of(score), dimensions, found)


def assess_okr(
    objective: str | None, key_results: Sequence[str], context: Context = NO_CONTEXT
) -> Assessment:
    """Score an OKR as far as it exists; the set needs an objective and at least one key result."""
    aim = assess_objective(objective, context) if objective else None
    results = tuple(assess_key_result(text, context, objective=objective or "") for text in key_results)
    whole = assess_set(aim, results) if aim is not None and results else None
    return Assessment(aim, results, whole)
