"""What the coach proposes: objectives worded as outcomes, and key results with a from and a to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from profiling.simulator.draft import Draft, DraftResult
from profiling.simulator.prompt_facts import PromptFacts
from profiling.simulator.quantities import Quantity, parsed_result, quantities_in
from profiling.simulator.reading import topic_of, wants_less
from profiling.simulator.themes import Measure, Theme
from profiling.simulator.words import listed, words_of

MOST_OFFERS = 3
WANTING = listed("want target reach goal aim hit wish should would")
RIVALS = listed("competitor competitors competition industry benchmark")
AUDIENCES = (
    "customers", "users", "patients", "students", "employees", "citizens", "members", "guests", "developers",
    "teachers", "donors", "visitors", "families", "colleagues",
)  # fmt: skip
PRONOUNS = {"my": "our", "your": "our", "i": "we"}


@dataclass(frozen=True)
class Candidate:
    """A key result the coach proposes, with today's figure as the user told it, if at all."""

    result: DraftResult
    told: str
    told_goal: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether today's figure is the coach's."""
        return not self.told


def objective_options(facts: PromptFacts, theme: Theme | None) -> tuple[str, ...]:
    """Objectives to choose from, best first, without those that were on the table before."""
    options = theme.objectives if theme else _from_own_words(facts)
    return fresh(options, facts)


def fresh(options: Sequence[str], facts: PromptFacts) -> tuple[str, ...]:
    """The options that no earlier reply has shown and that are not the draft itself."""
    shown = "\n".join(facts.earlier_replies).casefold()
    return tuple(
        option
        for option in options
        if option.casefold() not in shown and option.casefold() != (facts.objective or "").casefold()
    )[:MOST_OFFERS]


def candidates(facts: PromptFacts, theme: Theme, draft: Draft) -> tuple[Candidate, ...]:
    """Key results for the theme's measures, with the user's figures where they gave any."""
    texts = (*facts.earlier_user_texts, facts.user_text)
    offered = [_candidate(measure, texts) for measure in free_measures(theme, draft)]
    return tuple(offered[: max(0, MOST_OFFERS - len(draft.results))])


def free_measures(theme: Theme, draft: Draft) -> list[Measure]:
    """The theme's measures that no key result of the draft is about."""
    taken = " ".join(result.text for result in draft.results)
    return [measure for measure in theme.measures if not _is_in(measure, taken)]


def _is_in(measure: Measure, text: str) -> bool:
    return measure.name.casefold() in text.casefold() or measure.words.split()[0] in words_of(text)


def measured(name: str, baseline: Quantity, target: Quantity) -> DraftResult:
    """Word a key result from its measure and two values."""
    verb = "Reduce" if target.value < baseline.value else "Increase"
    return parsed_result(f"{verb} {name} from {baseline.text} to {target.text}")


def stretched(value: Quantity, *, rising: bool) -> Quantity:
    """A goal to start the talk from: a third of the way to 100 %, or a third more, or a third less."""
    number = value.number
    if rising and value.unit == "%" and number <= 100:
        step = 5 if number % 5 == 0 else 1
        return value.with_number(step * round((number + (100 - number) * 0.35) / step))
    goal = rounded(number * (1.35 if rising else 0.65))
    return value.with_number(float(round(goal)) if number.is_integer() and goal >= 2 else goal)


def rounded(number: float) -> float:
    """Round to what people would say: whole from 10 on, tens from 200 on, one decimal below."""
    if abs(number) >= 200:
        return float(round(number, -1))
    return float(round(number)) if abs(number) >= 10 else round(number, 1)


def _candidate(measure: Measure, texts: Sequence[str]) -> Candidate:
    rising = measure.goal > measure.now
    now, goal = _told(measure, texts, wanted=False), _told(measure, texts, wanted=True)
    first = now or _quantity(measure.form.format(f"{measure.now:g}"))
    second = goal or (
        stretched(first, rising=rising) if now else _quantity(measure.form.format(f"{measure.goal:g}"))
    )
    if (second.value > first.value) != rising:
        second = stretched(first, rising=rising)
    return Candidate(
        measured(measure.name, first, second),
        now.text if now else "",
        goal.text if goal else "",
        measure.source,
    )


def _told(measure: Measure, texts: Sequence[str], *, wanted: bool) -> Quantity | None:
    """The user's own figure for the measure: today's, or the one they wish for."""
    sample = _quantity(measure.form.format("1"))
    keys = set(measure.words.split())
    for sentence in reversed([part for text in texts for part in re.split(r"[.!?\n;]\s|\bbut\b", text)]):
        words = set(words_of(sentence))
        about = bool(keys & words) or (wanted and sample.unit == "$" and "$" in sentence)
        if not about or bool(WANTING & words) != wanted or RIVALS & words:
            continue
        for quantity in quantities_in(sentence):
            if quantity.unit == sample.unit:
                return quantity
    return None


def _quantity(text: str) -> Quantity:
    return quantities_in(text)[0]


def _from_own_words(facts: PromptFacts) -> tuple[str, ...]:
    """Objectives about the user's own topic, for subjects the coach knows nothing about."""
    texts = (facts.user_text, *reversed(facts.earlier_user_texts))
    wish = next((text for text in texts if topic_of(text)), "")
    topic = topic_of(wish)
    if topic is None:
        return ()
    topic = " ".join(PRONOUNS.get(word.lower(), word) for word in topic.split())
    said = {word for text in texts for word in words_of(text)}
    audience = next((name for name in AUDIENCES if name in said and name not in topic), "the people we serve")
    if wants_less(wish):
        return (
            f"Make {topic} so small that {audience} are proud of us",
            f"Become the place people trust because we shrink {topic}",
            f"Become the team people praise most for shrinking {topic}",
        )
    return (
        f"Turn {topic} into something {audience} love and tell others about",
        f"Become the team {audience} praise most for {topic}",
        f"Make {topic} a reason {audience} love us and come back",
    )
