"""The numbers behind the ranking, read from the library's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from knowledge.errors import LibraryContentError
from knowledge.library.content import Kind
from knowledge.library.fields import Fields
from knowledge.library.shipped import DATA, read_json


@dataclass(frozen=True, slots=True)
class KindRule:
    """How much a kind of item counts in a phase, and how many of it are shown at most."""

    weight: float
    most: int


@dataclass(frozen=True, slots=True)
class Tuning:
    """Every threshold and weight of the ranking.

    The threshold applies to the text alone: being in the right industry never makes a weak match good. It
    and the weights were set on the labelled queries in the tests. The own-industry bonus is larger than
    the range above the threshold, so a fitting example from the user's industry comes first.
    """

    threshold: float
    lexical_weight: float
    vector_weight: float
    least_informative_query: float
    words_counted: int
    plain_word: float
    proved: float
    mentioned: float
    theme: float
    word_of_theme: float
    both: float
    spelling_similarity: float
    spelling_strength: float
    own_industry_bonus: float
    other_industry_factor: float
    own_function_bonus: float
    finding_score: float
    finding_step: float
    shared_finding_bonus: float
    variety: float
    phases: Mapping[str, Mapping[Kind, KindRule]]


def _number(fields: Fields, name: str) -> float:
    found = fields.value(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise LibraryContentError(f"{fields.place}.{name} must be a number.")
    return float(found)


def _rules(fields: Fields) -> dict[Kind, KindRule]:
    rules = {}
    for name in fields.values:
        weight, most = (entry for entry, _ in fields.listed(name))
        if not isinstance(weight, int | float) or not isinstance(most, int):
            raise LibraryContentError(f"{fields.place}.{name} must be a weight and a number of items.")
        rules[Kind(name)] = KindRule(float(weight), most)
    return rules


@cache
def shipped_tuning() -> Tuning:
    """Read the tuning that ships with the library."""
    fields = read_json(DATA / "ranking.json")
    phases = fields.inner("phases")
    return Tuning(
        threshold=_number(fields, "threshold"),
        lexical_weight=_number(fields, "lexical_weight"),
        vector_weight=_number(fields, "vector_weight"),
        least_informative_query=_number(fields, "least_informative_query"),
        words_counted=int(_number(fields, "words_counted")),
        plain_word=_number(fields, "plain_word"),
        proved=_number(fields, "proved"),
        mentioned=_number(fields, "mentioned"),
        theme=_number(fields, "theme"),
        word_of_theme=_number(fields, "word_of_theme"),
        both=_number(fields, "both"),
        spelling_similarity=_number(fields, "spelling_similarity"),
        spelling_strength=_number(fields, "spelling_strength"),
        own_industry_bonus=_number(fields, "own_industry_bonus"),
        other_industry_factor=_number(fields, "other_industry_factor"),
        own_function_bonus=_number(fields, "own_function_bonus"),
        finding_score=_number(fields, "finding_score"),
        finding_step=_number(fields, "finding_step"),
        shared_finding_bonus=_number(fields, "shared_finding_bonus"),
        variety=_number(fields, "variety"),
        phases={name: _rules(phases.inner(name)) for name in phases.values},
    )


PHASES: Final = tuple(name for name in shipped_tuning().phases if name)
