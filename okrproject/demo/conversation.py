"""Three messages to the coach, shown as they are answered."""

import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from conversations.values import place_of
from okrproject.demo.client import Answer, Client

_TITLE = "Faster activation"
_CONTEXT: dict[str, str | int] = {
    "industry": "B2B software",
    "function": "customer success",
    "timeframe": "Q1",
    "team_size": 7,
    "scope": "team",
}
_MESSAGES = (
    (
        "We run the onboarding of a B2B analytics product. Too many new customers give up before they "
        "see any value."
    ),
    (
        "This quarter we want new customers to become active users quickly, because those who are active "
        "after two weeks stay for years. Today 40 of 100 are active within 14 days."
    ),
    (
        "Please propose an OKR: activation within 14 days from 40% to 60%, days until the first shared "
        "report from 9 to 3, and support tickets in the first month from 2.5 to 1.5 per customer."
    ),
)
_WIDTH = 92


def converse(client: Client) -> bool:
    """Hold the conversation, print it, and tell whether every message was answered."""
    session = client.open_session(_TITLE, _CONTEXT)
    _say(f"Session {session}")
    # The next message comes even after a failure: the coach must still answer that one.
    answers = [_exchange(client, session, message) for message in _MESSAGES]
    return all(answers)


def _exchange(client: Client, session: str, message: str) -> bool:
    _say("")
    _say(_wrapped(message, "you    "))
    began = time.monotonic()
    job = client.submit(session, message)
    accepted_ms = (time.monotonic() - began) * 1000
    with _ticking("coach  "):
        answer = client.answer(job)
    _show(answer, accepted_ms=accepted_ms, seen_ms=(time.monotonic() - began) * 1000)
    return answer.succeeded


def _show(answer: Answer, *, accepted_ms: float, seen_ms: float) -> None:
    if answer.succeeded:
        _say(_wrapped(answer.reply, "coach  "))
    else:
        _say(f"coach  no reply: {answer.status} {answer.problem}")
    _say(
        f"       phase {answer.phase} · cache {answer.cache or 'not asked'} · model {answer.model or 'none'}"
        f" · ${answer.cost_usd:.4f}"
    )
    _say(
        f"       accepted after {accepted_ms:.0f} ms · queued {answer.queued_ms:.0f} ms"
        f" · first token {answer.first_token_ms:.0f} ms · processing {answer.total_ms:.0f} ms"
        f" · seen after {seen_ms:.0f} ms"
    )
    for name, took in sorted(answer.steps.items(), key=lambda step: place_of(step[0])):
        _say(f"         {name:<32} {took:9.1f} ms")


@contextmanager
def _ticking(prefix: str) -> Iterator[None]:
    """Show that time passes while the coach thinks; a terminal sees it count."""
    over = threading.Event()

    def tick() -> None:
        began = time.monotonic()
        while not over.wait(0.2):
            if sys.stdout.isatty():
                sys.stdout.write(f"\r{prefix}thinking … {time.monotonic() - began:4.1f} s")
                sys.stdout.flush()

    _say(f"{prefix}thinking …")
    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        if sys.stdout.isatty():
            sys.stdout.write("\r" + " " * 40 + "\r")


def _wrapped(text: str, prefix: str) -> str:
    indent = " " * len(prefix)
    paragraphs = [
        textwrap.fill(line, _WIDTH, initial_indent=indent, subsequent_indent=indent)
        for line in text.splitlines()
    ]
    return prefix + "\n".join(paragraphs).removeprefix(indent)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
