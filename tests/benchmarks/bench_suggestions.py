"""How long a warm suggestion takes, in memory and as one SQL query, and how good the ranking is.

Run from the project's root: `python -m tests.benchmarks.bench_suggestions`. It starts its own PostgreSQL,
prints a table and writes `var/bench/suggestions.json`.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import django
from django.core.management import call_command

ROUNDS = 20
PASS_LINE = 60.0
LABELS = Path(__file__).parent / "suggestion_labels.json"
RESULTS = Path("var/bench/suggestions.json")


class Timing(TypedDict):
    """Milliseconds over all samples."""

    n: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Quality(TypedDict):
    """Shares of the labelled queries, 0 to 1."""

    served: int
    found_in_five: float
    found_first: float
    unserved: int
    wrongly_served: float


def timed(actions: Sequence[Callable[[], object]], *, rounds: int = ROUNDS) -> Timing:
    """Time every action in each round, after one round to warm up."""
    samples: list[float] = []
    for turn in range(rounds + 1):
        for action in actions:
            start = time.perf_counter()
            action()
            if turn:
                samples.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(samples, n=100)
    return Timing(
        n=len(samples),
        p50_ms=round(cuts[49], 3),
        p95_ms=round(cuts[94], 3),
        p99_ms=round(cuts[98], 3),
        max_ms=round(max(samples), 3),
    )


def measure() -> dict[str, object]:
    """Measure on the labelled queries, with the shipped library loaded."""
    from knowledge.models import LibraryEntry
    from knowledge.suggestions import SuggestionQuery, library_cache_stats, suggest
    from knowledge.suggestions.cache import LIBRARY, read_index
    from knowledge.suggestions.rank import rank
    from knowledge.suggestions.search import search_library

    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    queries = [SuggestionQuery(*one[:3]) for one in labels["served"] + labels["unserved"]]
    rows = LibraryEntry.objects.filter(retired_at=None)
    index = LIBRARY.index()

    def searched(text: str) -> list[str]:
        return list(search_library(rows, text).values_list("slug", flat=True)[:5])

    return {
        "items": len(index.documents),
        "suggest": timed([lambda query=query: suggest(query) for query in queries]),  # type: ignore[misc]  # mypy cannot infer a lambda's default.
        "rank_only": timed([lambda query=query: rank(query, index) for query in queries]),  # type: ignore[misc]  # as above.
        "one_sql_query": timed(
            [lambda query=query: searched(query.text) for query in queries],  # type: ignore[misc]  # as above.
            rounds=3,
        ),
        "cold_read": timed([read_index], rounds=10),
        "rubric_on_examples": rubric_on_examples(),
        "quality": quality_of(labels["served"], labels["unserved"]),
        "quality_fresh": quality_of(labels["fresh_served"], labels["fresh_unserved"]),
        "cache": {"hits": library_cache_stats().hits, "misses": library_cache_stats().misses},
    }


def quality_of(served: list[list[Any]], unserved: list[list[Any]]) -> Quality:
    """Compare suggestions with labels."""
    from knowledge.suggestions import SuggestionQuery, suggest

    wrong = sum(bool(suggest(SuggestionQuery(*label))) for label in unserved)
    found = [([one.id for one in suggest(SuggestionQuery(*label[:3]))], label[3]) for label in served]
    return Quality(
        served=len(served),
        found_in_five=round(sum(bool(set(ids) & set(wanted)) for ids, wanted in found) / len(served), 3),
        found_first=round(sum(ids[:1] != [] and ids[0] in wanted for ids, wanted in found) / len(served), 3),
        unserved=len(unserved),
        wrongly_served=round(wrong / len(unserved), 3),
    )


def rubric_on_examples() -> dict[str, int]:
    """Count how many texts of the examples the rubric judges as their author did."""
    from knowledge.library.content import Example, Okr
    from knowledge.library.shipped import shipped_items
    from knowledge.rubric import assess_okr

    def passed(okr: Okr) -> list[bool]:
        assessed = assess_okr(okr.objective, okr.key_results)
        texts = [assessed.objective, *assessed.key_results]
        return [text is not None and text.score >= PASS_LINE for text in texts]

    bodies = [item.body for item in shipped_items() if isinstance(item.body, Example)]
    good = [one for body in bodies for one in passed(body.good)]
    poor = [one for body in bodies for one in passed(body.poor)]
    return {
        "good": len(good),
        "good_passed": sum(good),
        "poor": len(poor),
        "poor_refused": len(poor) - sum(poor),
    }


def main() -> None:
    """Start the servers, measure, print and write."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests import servers

    with servers.running():
        call_command("migrate", verbosity=0)
        call_command("load_library")
        result = measure()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:14} {json.dumps(value)}")


if __name__ == "__main__":
    main()
