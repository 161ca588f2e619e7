"""The rubric's own figures and names as the templates' variables: defined once, told to the model."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from knowledge.rubric import FindingCode, Level
from knowledge.rubric.values import LEVEL_FLOORS
from knowledge.rubric.weights import (
    KEY_RESULT_WEIGHTS,
    KEY_RESULTS_IN_A_SET,
    OBJECTIVE_WEIGHTS,
    PASS_LINE,
    SET_WEIGHTS,
    WORDS_IN_AN_OBJECTIVE,
)


def _weights(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {weight:.0%}" for name, weight in weights.items())


def _levels() -> str:
    named = (f"{level.replace('_', ' ')} from {floor:g}" for floor, level in LEVEL_FLOORS)
    return ", ".join((*named, f"else {Level.POOR}"))


CRITERIA: Final[Mapping[str, str]] = MappingProxyType(
    {
        "levels": _levels(),
        "pass_line": f"{PASS_LINE:g}",
        "objective_weights": _weights(OBJECTIVE_WEIGHTS),
        "key_result_weights": _weights(KEY_RESULT_WEIGHTS),
        "set_weights": _weights(SET_WEIGHTS),
        "fewest_words": str(WORDS_IN_AN_OBJECTIVE[0]),
        "most_words": str(WORDS_IN_AN_OBJECTIVE[1]),
        "fewest_full": str(KEY_RESULTS_IN_A_SET[0]),
        "most_full": str(KEY_RESULTS_IN_A_SET[1]),
        "finding_codes": ", ".join(code.replace("_", " ") for code in FindingCode),
    }
)
