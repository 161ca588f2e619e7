"""An assessment in the shape the API answers with."""

from typing import TypedDict

from knowledge.rubric.values import Assessment, Dimension, Finding, SetAssessment, TextAssessment


class DimensionJson(TypedDict):
    """One dimension on the wire."""

    score: float
    weight: float
    evidence: list[str]


class FindingJson(TypedDict):
    """One finding on the wire."""

    code: str
    severity: str
    message: str
    span: list[int] | None
    confidence: float
    question: str
    suggestion: str


class PartJson(TypedDict):
    """One assessed text, or the set, on the wire."""

    score: float
    level: str
    dimensions: dict[str, DimensionJson]
    findings: list[FindingJson]


class AssessmentJson(TypedDict):
    """The whole answer of `POST assessments/`."""

    objective: PartJson | None
    key_results: list[PartJson]
    set: PartJson | None


def _dimensions(parts: tuple[Dimension, ...]) -> dict[str, DimensionJson]:
    return {
        part.name: {"score": part.score, "weight": part.weight, "evidence": list(part.evidence)}
        for part in parts
    }


def _finding(item: Finding) -> FindingJson:
    return {
        "code": item.code.value,
        "severity": item.severity.value,
        "message": item.message,
        "span": None if item.span is None else list(item.span),
        "confidence": item.confidence,
        "question": item.question,
        "suggestion": item.suggestion,
    }


def _part(part: TextAssessment | SetAssessment) -> PartJson:
    return {
        "score": part.score,
        "level": part.level.value,
        "dimensions": _dimensions(part.dimensions),
        "findings": [_finding(item) for item in part.findings],
    }


def as_json(assessment: Assessment) -> AssessmentJson:
    """Turn an assessment into plain dictionaries and lists."""
    return {
        "objective": None if assessment.objective is None else _part(assessment.objective),
        "key_results": [_part(result) for result in assessment.key_results],
        "set": None if assessment.set is None else _part(assessment.set),
    }
