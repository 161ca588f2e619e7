"""What the simulator's coach drafts, judged by the product's own rubric."""

import pytest

from knowledge.rubric import assess_key_result, assess_objective
from profiling.simulator.coach import coach
from profiling.simulator.draft import Draft
from profiling.simulator.drafts import candidates, objective_options
from profiling.simulator.prompt_facts import PromptFacts
from profiling.simulator.themes import THEMES, Theme

TOPICS = ("our bakery's bread", "supplier audits", "the way we answer letters")


def _refinement_is_passed(text: str) -> bool:
    found = assess_objective(text)
    floors = {"outcome": 70, "clarity": 70, "inspiration": 60}
    return found.score >= 75 and all(found.dimension(name) >= floor for name, floor in floors.items())


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_objective_of_a_theme_passes_refinement(theme: Theme) -> None:
    assert [text for text in theme.objectives if not _refinement_is_passed(text)] == []


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_proposed_key_result_is_good(theme: Theme) -> None:
    proposed = candidates(PromptFacts(""), theme, Draft())

    scores = {one.result.text: assess_key_result(one.result.text).score for one in proposed}
    assert {text: score for text, score in scores.items() if score < 70} == {}


@pytest.mark.parametrize("topic", TOPICS)
def test_an_objective_about_the_users_own_topic_passes_refinement(topic: str) -> None:
    options = objective_options(PromptFacts(f"I want to improve {topic}"), None)

    assert [text for text in options if not _refinement_is_passed(text)] == []


def test_the_first_draft_has_six_to_sixteen_words() -> None:
    for theme in THEMES:
        objective = coach(PromptFacts(f"I want to improve {theme.name}")).draft.objective

        assert objective is not None
        assert 6 <= len(objective.split()) <= 16
