"""The shipped library: enough of it, right in form, and as good as the rubric asks."""

import re
from collections import Counter

import pytest

from knowledge.errors import LibraryContentError
from knowledge.library.content import (
    AntiPattern,
    Example,
    Kind,
    LibraryItem,
    Metric,
    OutcomeType,
    Template,
    Timing,
    parse_body,
)
from knowledge.library.fields import Fields
from knowledge.library.shipped import shipped_items
from knowledge.library.wording import wording_of
from knowledge.rubric import Context, FindingCode, assess_key_result, assess_objective
from knowledge.suggestions.vocabulary import shipped_vocabulary

ITEMS = shipped_items()
EXAMPLES = [(item, item.body) for item in ITEMS if isinstance(item.body, Example)]
METRICS = [(item, item.body) for item in ITEMS if isinstance(item.body, Metric)]
TEMPLATES = [(item, item.body) for item in ITEMS if isinstance(item.body, Template)]
ANTIPATTERNS = [(item, item.body) for item in ITEMS if isinstance(item.body, AntiPattern)]
PASS_LINE = 60.0


def ids(pairs: list[tuple[LibraryItem, Example]]) -> list[str]:
    """Name the cases by their slugs."""
    return [item.slug for item, _ in pairs]


def test_there_is_enough_of_everything() -> None:
    assert len(EXAMPLES) >= 48
    assert len({item.industry for item, _ in EXAMPLES}) >= 8
    assert len(METRICS) >= 66
    assert len(TEMPLATES) >= 14
    assert {body.code for _, body in ANTIPATTERNS} == set(FindingCode)


def test_every_industry_has_several_examples_for_several_functions() -> None:
    industries = Counter(item.industry for item, _ in EXAMPLES)
    functions = {(item.industry, item.functions) for item, _ in EXAMPLES}

    assert min(industries.values()) >= 4
    for industry in industries:
        assert len([one for one in functions if one[0] == industry]) >= 3


def test_every_outcome_type_has_leading_and_lagging_metrics() -> None:
    held = {(item.outcome_type, body.timing) for item, body in METRICS}

    assert held == {(kind, timing) for kind in OutcomeType for timing in Timing}


def test_slugs_and_titles_are_unique() -> None:
    assert len({item.slug for item in ITEMS}) == len(ITEMS)
    assert len({item.title for item in ITEMS}) == len(ITEMS)


def test_themes_industries_and_functions_are_known_to_the_vocabulary() -> None:
    vocabulary = shipped_vocabulary()
    themes = {name for names in vocabulary.themes.values() for name in names}

    for item in ITEMS:
        assert set(wording_of(item).themes) <= themes, item.slug
        for name in item.functions:
            assert name in vocabulary.functions_of(name.replace("_", " ")), name
        if item.industry:
            assert item.industry in vocabulary.industries_of(item.industry.replace("_", " ")), item.industry


def test_every_body_survives_its_json_form() -> None:
    for item in ITEMS:
        assert parse_body(item.kind, Fields.of(item.body_json(), item.slug)) == item.body


def test_the_content_hash_tells_contents_apart() -> None:
    assert len({item.content_hash() for item in ITEMS}) == len(ITEMS)
    assert ITEMS[0].content_hash() == shipped_items()[0].content_hash()


@pytest.mark.parametrize(("item", "body"), EXAMPLES, ids=ids(EXAMPLES))
def test_a_good_okr_is_short_measured_and_guarded(item: LibraryItem, body: Example) -> None:
    assert 4 <= len(body.good.objective.split()) <= 18
    assert 3 <= len(body.good.key_results) <= 5
    for text in body.good.key_results:
        assert len(re.findall(r"\d[\d,.]*", text)) >= 2, f"{text} lacks a baseline or a target"
    assert body.findings


@pytest.mark.parametrize(("item", "body"), EXAMPLES, ids=ids(EXAMPLES))
def test_the_rubric_passes_every_good_text(item: LibraryItem, body: Example) -> None:
    context = Context(industry=item.industry, function=item.functions[0])

    assert assess_objective(body.good.objective, context).score >= PASS_LINE, body.good.objective
    for text in body.good.key_results:
        assert assess_key_result(text, context).score >= PASS_LINE, text


def test_the_rubric_passes_filled_templates_and_better_versions() -> None:
    filled = [body.filled() for _, body in TEMPLATES]
    reframings = [one for _, body in ANTIPATTERNS for one in body.reframings]
    objectives = [one.objective for one in filled] + [
        one.good for one in reframings if one.target == "objective"
    ]
    results = [text for one in filled for text in one.key_results] + [
        one.good for one in reframings if one.target == "key_result"
    ]

    assert [text for text in objectives if assess_objective(text).score < PASS_LINE] == []
    assert [text for text in results if assess_key_result(text).score < PASS_LINE] == []


def test_every_slot_of_a_template_is_used_and_every_gap_has_a_slot() -> None:
    for item, body in TEMPLATES:
        gaps = set(re.findall(r"\{(\w+)\}", " ".join((body.objective, *body.key_results))))
        assert gaps == {slot.name for slot in body.slots}, item.slug


def test_every_antipattern_asks_reframes_and_knows_its_exception() -> None:
    for item, body in ANTIPATTERNS:
        assert len(body.questions) >= 2, item.slug
        assert len(body.reframings) >= 2, item.slug
        assert body.exception, item.slug


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"unit": ""}, "win-rate.unit"),
        ({"timing": "sometimes"}, "win-rate.timing"),
        ({"themes": "deals"}, "win-rate.themes"),
        ({"themes": ["deals", 7]}, "win-rate.themes[1]"),
        ({"guard": None}, "win-rate.guard"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], place: str) -> None:
    right = next(item for item in ITEMS if item.slug == "metric-win-rate").body_json()

    with pytest.raises(LibraryContentError, match=re.escape(place)):
        parse_body(Kind.METRIC, Fields.of(right | change, "win-rate"))


def test_a_template_with_a_gap_but_no_slot_is_refused() -> None:
    right = TEMPLATES[0][0].body_json()

    with pytest.raises(LibraryContentError, match="gap without a slot"):
        parse_body(Kind.TEMPLATE, Fields.of(right | {"slots": []}, "template"))


def test_an_unknown_finding_is_refused() -> None:
    right = EXAMPLES[0][0].body_json()

    with pytest.raises(LibraryContentError, match="unknown code"):
        parse_body(Kind.EXAMPLE, Fields.of(right | {"findings": ["boring"]}, "example"))


def test_a_list_is_no_item() -> None:
    with pytest.raises(LibraryContentError, match="must be an object"):
        Fields.of([], "thing")
