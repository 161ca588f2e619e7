"""The workload of openings: seeded, a few intents frequent, each said in many ways."""

from collections import Counter

from conversations.cache.meaning import meaning_of
from profiling.suite.openings import openings


def test_the_same_seed_gives_the_same_workload() -> None:
    assert openings(50, seed=3) == openings(50, seed=3) != openings(50, seed=4)


def test_few_intents_are_frequent_and_many_are_rare() -> None:
    counted = Counter(one.intent for one in openings(1000))

    shares = [count for _, count in counted.most_common()]
    assert sum(shares[:10]) > 400
    assert len([count for count in shares if count < 10]) > 50


def test_the_frequent_are_said_in_many_ways() -> None:
    said = openings(1000)
    ((intent, _),) = Counter(one.intent for one in said).most_common(1)

    assert len({one.text for one in said if one.intent == intent}) > 20


def test_what_the_cache_takes_for_the_same_is_the_same() -> None:
    for seed in range(5):
        intents: dict[tuple[str, str], set[int]] = {}
        for one in openings(1000, seed=seed):
            if meaning := meaning_of(one.text):
                intents.setdefault((one.team, meaning), set()).add(one.intent)
        assert all(len(found) == 1 for found in intents.values())
