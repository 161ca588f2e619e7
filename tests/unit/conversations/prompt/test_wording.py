"""Templates are checked before anybody is coached by them."""

import pytest

from conversations.prompt.budget import estimate_tokens
from conversations.prompt.wording import (
    PROMPT_VERSION,
    TEMPLATES,
    WordingError,
    parse_wording,
    shipped_wording,
)
from conversations.values import Intent
from knowledge.rubric.weights import OBJECTIVE_WEIGHTS

# Below this the provider does not cache a prefix.
LEAST_CACHED_PREFIX = 1_024


def the_sources(**changed: str) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in TEMPLATES.glob("*.md")} | changed


def test_the_shipped_wording_is_versioned_by_its_content() -> None:
    again = parse_wording(the_sources())
    other = parse_wording(the_sources(discovery="Ask nicely."))

    assert again.version == shipped_wording().version == PROMPT_VERSION
    assert other.version != PROMPT_VERSION


def test_the_rubric_is_told_in_its_own_figures() -> None:
    rubric = shipped_wording().rubric

    assert all(f"{name} {weight:.0%}" in rubric for name, weight in OBJECTIVE_WEIGHTS.items())
    assert "excellent from 90" in rubric


def test_every_intent_is_explained() -> None:
    assert all(f"{intent.value}:" in shipped_wording().base for intent in Intent)


def test_the_stable_prefix_is_long_enough_to_be_cached_and_not_much_longer() -> None:
    wording = shipped_wording()

    assert LEAST_CACHED_PREFIX <= estimate_tokens(wording.base + wording.rubric) <= 1_300


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"base": "Hello $nobody."}, "The template base uses unknown variables: nobody."),
        ({"base": "It costs $5."}, "The template base has a dollar sign that starts no variable."),
        ({"validation": "  "}, "These templates are missing or empty: validation."),
        ({"poetry": "Roses."}, "These templates belong to nothing: poetry."),
        ({"strategies": "## poetry\nRoses."}, "needs one filled section for each strategy"),
        ({"refinement": "See <okr_facts>."}, "contains one of the tags"),
    ],
)
def test_a_faulty_template_is_refused_with_a_sentence(changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(WordingError, match=sentence.replace(".", r"\.")):
        parse_wording(the_sources(**changed))


def test_a_missing_template_is_refused() -> None:
    sources = the_sources()
    del sources["discovery"]

    with pytest.raises(WordingError, match="missing or empty: discovery"):
        parse_wording(sources)
