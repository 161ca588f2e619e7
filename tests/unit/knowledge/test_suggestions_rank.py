"""Ranking the shipped library: right things first, variety, and nothing rather than a weak one."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library.content import Kind
from knowledge.library.shipped import shipped_items
from knowledge.library.vectors import EMBEDDER
from knowledge.library.wording import wording_of
from knowledge.suggestions.index import build_index
from knowledge.suggestions.rank import rank
from knowledge.suggestions.tuning import PHASES, shipped_tuning
from knowledge.suggestions.values import Suggestion, SuggestionQuery
from knowledge.suggestions.vocabulary import shipped_vocabulary

LABELS = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "suggestion_labels.json").read_text(encoding="utf-8")
)
INDEX = build_index(
    [(item, EMBEDDER.embed(wording_of(item).about)) for item in shipped_items()],
    embedder=EMBEDDER,
    vocabulary=shipped_vocabulary(),
    tuning=shipped_tuning(),
)


def found(text: str, phase: str = "discovery", industry: str = "", **more: object) -> tuple[Suggestion, ...]:
    """Rank the shipped library."""
    query = dataclasses.replace(SuggestionQuery(text, phase, industry), **more)  # type: ignore[arg-type]  # tests name fields freely.
    return rank(query, INDEX)


@pytest.mark.parametrize(("text", "phase", "industry", "wanted"), LABELS["served"])
def test_a_question_finds_what_serves_it(text: str, phase: str, industry: str, wanted: list[str]) -> None:
    assert {one.id for one in found(text, phase, industry)} & set(wanted)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("reduce chrun", "churn"),
        ("grow reveneu", "revenue"),
        ("improve saftey on site", "safety"),
        ("shorter wiating times", "waiting"),
        ("customer retension", "retention"),
        ("emploee survey", "employee"),
    ],
)
def test_a_slip_of_the_fingers_finds_what_was_meant(slip: str, meant: str) -> None:
    answers = found(slip, "kr_discovery")

    assert answers
    assert any(meant in answer.why for answer in answers)


def test_nine_in_ten_questions_find_it_at_the_top() -> None:
    first = [found(*one[:3])[0].id in one[3] for one in LABELS["served"]]

    assert sum(first) / len(first) >= 0.9


@pytest.mark.parametrize(("text", "phase", "industry"), LABELS["unserved"])
def test_what_has_no_match_gets_nothing(text: str, phase: str, industry: str) -> None:
    assert found(text, phase, industry) == ()


@pytest.mark.parametrize(
    ("text", "industry", "beginning"),
    [
        ("customer retention", "SaaS", "software-product-retention"),
        ("customer retention", "e-commerce", "retail-ecommerce-repeat-purchase"),
        ("customer retention", "newspaper", "media-"),
        ("waiting too long", "hospital", "healthcare-clinic-waiting"),
        ("waiting too long", "city government", "public-sector-permits"),
        ("waiting too long", "restaurant", "hospitality-restaurant-kitchen"),
    ],
)
def test_the_users_industry_comes_first_where_it_has_something(
    text: str, industry: str, beginning: str
) -> None:
    assert found(text, industry=industry)[0].id.startswith(beginning)


def test_a_better_fit_elsewhere_never_passes_an_example_of_the_own_industry() -> None:
    tuning = shipped_tuning()

    weakest_at_home = tuning.threshold * min(
        rules[Kind.EXAMPLE].weight for rules in tuning.phases.values() if Kind.EXAMPLE in rules
    )
    strongest_elsewhere = max(rule.weight for rules in tuning.phases.values() for rule in rules.values())
    assert weakest_at_home + tuning.own_industry_bonus > strongest_elsewhere + tuning.own_function_bonus


def test_findings_bring_their_reframings_in_order_of_importance() -> None:
    codes = ("vanity_metric", "output_as_objective")

    suggestions = found("Reach 100,000 downloads of the new app", "refinement", finding_codes=codes)

    assert [one.id for one in suggestions[:2]] == [
        "antipattern-vanity-metric",
        "antipattern-output-as-objective",
    ]
    assert "vanity metric" in suggestions[0].why
    assert "downloads" in suggestions[0].text


def test_kinds_follow_the_phase() -> None:
    text = "customer retention and churn"

    assert {one.kind for one in found(text, "discovery")} <= {"example", "template"}
    assert found(text, "kr_discovery")[0].kind == "metric"
    assert found(text, "completed") == ()
    assert len({one.kind for one in found(text, "")}) >= 2


def test_what_was_dismissed_is_not_offered() -> None:
    first = found("customer retention")[0].id

    assert first not in {one.id for one in found("customer retention", dismissed=frozenset({first}))}


def test_the_limit_and_the_caps_hold() -> None:
    caps = {kind.value: rule.most for kind, rule in shipped_tuning().phases["discovery"].items()}

    suggestions = found("customer retention loyalty churn revenue growth", limit=5)
    kinds = [one.kind for one in suggestions]

    assert len(suggestions) <= 5
    assert all(kinds.count(kind) <= most for kind, most in caps.items())
    assert len(found("customer retention", limit=1)) == 1


def test_the_reason_names_what_counted() -> None:
    first = found("custmer retenton", industry="online shop", function="Marketing")[0]

    assert first.id == "retail-ecommerce-repeat-purchase"
    assert first.why == (
        "It is about “retention”, “customer”, from your industry (retail), for your function (Marketing)."
    )


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=400),
    phase=st.sampled_from((*PHASES, "", "unheard of")),
    industry=st.text(max_size=30),
)
def test_any_text_ranks_the_same_twice_and_in_bounds(text: str, phase: str, industry: str) -> None:
    first, second = found(text, phase, industry), found(text, phase, industry)

    assert first == second
    assert len(first) <= 5
    assert all(0 <= one.score <= 1 and one.why and one.text for one in first)
    assert len({one.id for one in first}) == len(first)
