"""The OKR quality rubric: text in, score with reasons out; knows no framework."""

from knowledge.rubric.assess import assess_key_result, assess_objective, assess_okr
from knowledge.rubric.reframing import Reframing, reframings_for
from knowledge.rubric.values import (
    Assessment,
    Context,
    Dimension,
    Finding,
    FindingCode,
    Level,
    SetAssessment,
    Severity,
    TextAssessment,
)
from knowledge.rubric.version import RUBRIC_VERSION
from knowledge.rubric.wire import AssessmentJson, as_json

__all__ = [
    "RUBRIC_VERSION",
    "Assessment",
    "AssessmentJson",
    "Context",
    "Dimension",
    "Finding",
    "FindingCode",
    "Level",
    "Reframing",
    "SetAssessment",
    "Severity",
    "TextAssessment",
    "as_json",
    "assess_key_result",
    "assess_objective",
    "assess_okr",
    "reframings_for",
]
