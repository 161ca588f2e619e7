"""`OPTIMIZATION_ROADMAP.md`: what to do, in which order, and what each step should bring."""

from profiling.analysis.analysis import Analysis
from profiling.analysis.operations import Category, Operation
from profiling.analysis.tables import listed, ms, table
from profiling.analysis.targets import TARGET_MS
from profiling.analysis.what_if_report import needed_hit_rate

_STEPS = {
    Category.EXTERNAL: "Answer repeated questions from the response cache; shorten what is sent to Claude.",
    Category.DATABASE: "Read less and write in fewer statements.",
    Category.CACHE: "Ask the cache in one round trip.",
    Category.COMPUTATION: "Work it out once, or beside the Claude call.",
    Category.QUEUE: "Give the workers more slots.",
    Category.OTHER: "Measure its parts.",
}


def roadmap(analysis: Analysis, *, source: str) -> str:
    """Order the operations by priority, with the gain each can bring at most."""
    ranked = [(analysis.priority(one), one) for one in analysis.operations
              if one.category is not Category.WRAPPER]  # fmt: skip
    ranked.sort(key=lambda pair: (pair[0].level, -pair[0].gain_ms))
    rows = [
        (place.level, f"`{one.name}`", _STEPS[one.category], ms(place.gain_ms), f"{place.gain_share:.2%}")
        for place, one in ranked
    ]
    parts = (
        "# What to speed up, and in which order",
        listed([f"Source: {source}, measured {analysis.results.timestamp}."]),
        table(("Priority", "Operation", "Step", "Gain per message, at most", "Share"), rows, texts=3),
        "P0: a tenth of a message or more can be gained; P1: a hundredth or more; P2: less.",
        "## The way to the target\n\n" + _way(analysis),
        "## How each step is judged\n\n" + _judged([one for place, one in ranked if place.level != "P2"]),
    )
    return "\n\n".join(parts) + "\n"


def _way(analysis: Analysis) -> str:
    costs = analysis.costs
    if not costs.knows_calls:
        return (
            f"Every reply of this run came from the cache, in {ms(analysis.results.average_ms)} on average."
        )
    lines = [f"Today an uncached message takes {ms(costs.miss_ms)}; the target is {ms(TARGET_MS)}."]
    lines.append(f"The cache alone reaches it at {needed_hit_rate(costs)}.")
    for share in (0.1, 0.2):
        saved = costs.measured_by_prompt(share)
        bound = "" if saved is not None else " at the very most"
        spared = costs.most_by_prompt(share) if saved is None else saved
        lines.append(f"A prompt shorter by {share:.0%} spares {ms(spared)} of each call{bound}.")
    if costs.first_token_ms is not None:
        lines.append(f"Streaming shows the first words after {ms(costs.first_token_ms)}.")
    return listed(lines)


def _judged(worth: list[Operation]) -> str:
    names = ", ".join(f"`{one.name}`" for one in worth) or "nothing of note"
    return listed(
        [
            f"The suite is run before and after each step; these have to move: {names}.",
            "`manage.py compare_profiles BEFORE AFTER` shows the change and fails on a regression.",
            "The quality of the replies is judged by the prompt evaluation, not by time.",
        ]
    )
