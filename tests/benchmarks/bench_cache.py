"""What the response cache costs: a lookup, a store, an invalidation, and a server that is down.

Needs a cache server of its own at `CACHE_REDIS_URL`, or starts one. Writes `var/bench/cache.json`.
"""

import json
import logging
import os
import socket
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import django

_ROOT = Path(__file__).parents[2]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from conversations.cache.codec import encoded  # noqa: E402 - Django comes first
from conversations.cache.fingerprint import Asker, okr_tag  # noqa: E402
from conversations.cache.lookup import Question  # noqa: E402
from conversations.cache.policy import Traits  # noqa: E402
from conversations.cache.response import ResponseCache  # noqa: E402
from conversations.cache.server import CacheServer, CacheUnavailableError  # noqa: E402
from conversations.cache.store import Alone, Entry, Lead, Store  # noqa: E402
from conversations.llm.client import ModelRequest  # noqa: E402
from conversations.prompt.wording import shipped_wording  # noqa: E402
from conversations.values import (  # noqa: E402
    CoachAnswer,
    Completion,
    Draft,
    Intent,
    KeyResultDraft,
    Phase,
    Prompt,
    PromptSection,
    Role,
    Turn,
    Usage,
)
from okrproject.stack.private import free_ports  # noqa: E402
from okrproject.stack.valkey import Valkey  # noqa: E402
from tests.servers import serve  # noqa: E402

ENTRIES = 1000
ROUNDS = 3000
BUMPS = 300
ORGANIZATION = uuid.UUID(int=1)
TTL = timedelta(minutes=30)


def main() -> None:
    """Measure, print a table and write the figures."""
    # Thousands of lookups without a server would say so thousands of times.
    logging.disable(logging.WARNING)
    with own_server() as url:
        figures = _measured(url)
    figures["down"] = _down()
    figures["silent"] = _silent()
    folder = _ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cache.json").write_text(json.dumps(figures, indent=2) + "\n")
    for name, one in figures.items():
        print(f"{name:<44}" + "".join(f"{key} {value:>9} " for key, value in one.items()))


@contextmanager
def own_server() -> Iterator[str]:
    """Run a cache server for the length of the block, and give its address."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        valkey = Valkey("cache", Path(folder) / "cache", port, "only-for-tests", durable=False)
        os.environ["OKR_TEST_FOLDER"] = folder
        with serve(valkey):
            yield valkey.url()


def _measured(url: str) -> dict[str, dict[str, float]]:
    store = Store(CacheServer(url, patience=1.0), ttl=TTL, max_entries=ENTRIES)
    cache = ResponseCache(store, library=lambda: 1)
    questions = [_question(number) for number in range(ENTRIES)]
    stored = [_milliseconds(partial(_fill, cache, store, one)) for one in questions]
    hits = [_milliseconds(partial(cache.look_up, questions[n % ENTRIES])) for n in range(ROUNDS)]
    work = [_milliseconds(partial(cache.look_up, one), clock=time.thread_time) for one in questions]
    names = [f"organization:{ORGANIZATION}:none-{number}" for number in range(ROUNDS)]
    tags = ["everything", "library", okr_tag(ORGANIZATION), "prompt:x", "rubric:x", "model:x", "user:x"]
    misses = [_milliseconds(partial(store.look_up, name, tags)) for name in names]
    bumps = [_milliseconds(partial(store.bump, [okr_tag(ORGANIZATION)])) for _ in range(BUMPS)]
    gone = sum(cache.look_up(one).found is None for one in questions)
    return {
        "look up and store a new answer (2 round trips)": _summary(stored),
        "lookup, hit (fingerprint, script, decode)": _summary(hits),
        "the same, the caller's own CPU time": _summary(work),
        "lookup, miss (script alone)": _summary(misses),
        "invalidate a tag with 1,000 entries": _summary(bumps),
        "entries that the invalidation reached": {"n": gone},
    }


def _fill(cache: ResponseCache, store: Store, question: Question) -> None:
    lookup = cache.look_up(question)
    assert isinstance(lookup.ticket, Lead | Alone)
    entry = Entry(_ANSWER, lookup.ticket.generations, TTL, {"tokens": 3000, "ms": 4600, "cost_usd": "0.01"})
    assert store.put(lookup.name, entry).outcome == "stored"


def _down() -> dict[str, float]:
    (port,) = free_ports(1)
    return _without(f"redis://127.0.0.1:{port}/0")


def _silent() -> dict[str, float]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return _without(f"redis://127.0.0.1:{server.getsockname()[1]}/0")


def _without(url: str) -> dict[str, float]:
    store = Store(CacheServer(url), ttl=TTL, max_entries=ENTRIES)
    return _summary([_milliseconds(lambda: _fails(store)) for _ in range(2000)])


def _fails(store: Store) -> None:
    try:
        store.look_up("x", ["everything"])
    except CacheUnavailableError:
        # What a caller pays for it is what is measured.
        time.sleep(0)


def _question(number: int) -> Question:
    wording = shipped_wording()
    history = tuple(
        Turn(role, f"{role} says something of ordinary length about onboarding, number {number}.")
        for _ in range(4)
        for role in (Role.USER, Role.ASSISTANT)
    )
    prompt = Prompt(
        system=(
            PromptSection("instructions", wording.base),
            PromptSection("rubric", wording.rubric, cached=True),
            PromptSection("phase", wording.phases[Phase.DISCOVERY]),
            PromptSection("okr", "<okr_facts>{}</okr_facts>", cached=True),
        ),
        history=history,
        turn=(PromptSection("message", f"<user_message>Question {number}?</user_message>"),),
        version=wording.version,
    )
    return Question(
        request=ModelRequest(
            prompt=prompt,
            model="claude-sonnet-5-5",
            max_tokens=2048,
            deadline=time.monotonic() + 600,
            idle_timeout=timedelta(seconds=15),
        ),
        asker=Asker(ORGANIZATION, uuid.UUID(int=2), uuid.UUID(int=3)),
        traits=Traits(organization_id=ORGANIZATION, phase=Phase.DISCOVERY, opening=False),
    )


_ANSWER = encoded(
    Completion(
        answer=CoachAnswer(
            reply="What would be different for your customers if this came true? " * 12,
            draft=Draft("Make customers stay", (KeyResultDraft("Raise retention from 40% to 60%"),) * 4),
            intent=Intent.INFORMS,
        ),
        model="claude-sonnet-5-5",
        stop_reason="end_turn",
        usage=Usage(2800, 200),
    )
)


def _milliseconds(do: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    do()
    return (clock() - began) * 1000


def _summary(samples: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(samples, n=100)
    return {
        "n": len(samples),
        "p50_ms": round(cuts[49], 3),
        "p95_ms": round(cuts[94], 3),
        "p99_ms": round(cuts[98], 3),
    }


if __name__ == "__main__":
    main()
