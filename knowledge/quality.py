"""The rubric's verdict on stored OKRs."""

from collections.abc import Mapping, Sequence

from knowledge.rubric import Assessment, Context, assess_okr

TEXTS = ("industry", "function", "timeframe", "scope")


def context_of(facts: Mapping[str, object]) -> Context:
    """Read the keys the rubric understands from a free context; what has the wrong type is left out."""
    texts = {name: value for name in TEXTS if isinstance(value := facts.get(name), str)}
    size = facts.get("team_size")
    whole = size if isinstance(size, int) and not isinstance(size, bool) else None
    return Context(team_size=whole, **texts)


def assess(title: str, results: Sequence[str], facts: Mapping[str, object]) -> Assessment:
    """Assess an objective's title with the titles of its key results."""
    return assess_okr(title, results, context_of(facts))


def quality_of(title: str, results: Sequence[str], facts: Mapping[str, object]) -> int | None:
    """Give the score of the set, 0 to 100, or of the objective alone while it has no key results."""
    verdict = assess(title, results, facts)
    scored = verdict.set or verdict.objective
    return None if scored is None else min(max(round(scored.score), 0), 100)
