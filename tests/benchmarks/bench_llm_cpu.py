"""What one streamed model call costs a worker in CPU: the plain SDK's way, and ours, in the same run.

The server is another process, so that only the caller's work counts. Each delta is its own write, and a
stream takes seconds, as tokens come: most of a stream's cost is waking up for each of its pieces, and one
that arrives in a burst would hide it.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import anthropic

from conversations.llm import wire_request
from conversations.llm.anthropic import AnthropicClaude
from conversations.llm.client import ModelRequest
from conversations.llm.pricing import PriceTable
from conversations.values import Prompt, PromptSection, Role, Turn

_ROOT = Path(__file__).parents[2]
_THREADS = 40
_CALLS_PER_THREAD = 2
_STREAM_SECONDS = 3.0
_DELTAS = (24, 150)


class _Ears:
    def on_text(self, text: str) -> None:
        """Take it."""

    def check(self) -> None:
        """Go on."""


def _request() -> ModelRequest:
    history = tuple(
        Turn(role, f"{role} says something of ordinary length about onboarding, number {number}.")
        for number in range(6)
        for role in (Role.USER, Role.ASSISTANT)
    )
    return ModelRequest(
        prompt=Prompt(
            system=(PromptSection("role", "You are a coach for OKRs. " * 200, cached=True),),
            history=history,
            turn=(PromptSection("message", "I want to improve our onboarding."),),
            version="1",
        ),
        model="claude-sonnet-5-5",
        max_tokens=2048,
        deadline=time.monotonic() + 60,
        idle_timeout=timedelta(seconds=15),
    )


def _sdk_call(client: anthropic.Anthropic) -> Callable[[], None]:
    body = wire_request.asked(_request())

    def call() -> None:
        with client.messages.stream(**body, max_tokens=2048) as stream:  # type: ignore[arg-type]  # plain JSON
            for _ in stream.text_stream:
                pass
            stream.get_final_message()

    return call


def _events_call(client: anthropic.Anthropic) -> Callable[[], None]:
    body = wire_request.streamed(_request())

    def call() -> None:
        for _ in client.messages.create(**body):  # type: ignore[call-overload]  # plain JSON
            pass

    return call


def _our_call(claude: AnthropicClaude) -> Callable[[], None]:
    ears = _Ears()

    def call() -> None:
        claude.answer(_request(), ears)

    return call


def _cpu_per_call(call: Callable[[], None]) -> float:
    """Measure the process's CPU per call in ms while all threads stream, switching between them included."""

    def run() -> None:
        for _ in range(_CALLS_PER_THREAD):
            call()

    call()
    threads = [threading.Thread(target=run) for _ in range(_THREADS)]
    started = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - started) * 1000 / (_THREADS * _CALLS_PER_THREAD)


def _measure(deltas: int) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.recordings.replay", "--deltas", str(deltas)]
    server = subprocess.Popen(
        [*command, "--gap", str(_STREAM_SECONDS / deltas)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        client = anthropic.Anthropic(base_url=url, api_key="bench", max_retries=0)
        claude = AnthropicClaude(
            base_url=url, api_key="bench", timeout=timedelta(seconds=60), prices=PriceTable()
        )
        ways = {
            "SDK, messages.stream()": _sdk_call(client),
            "SDK, messages.create(stream=True)": _events_call(client),
            "AnthropicClaude.answer()": _our_call(claude),
        }
        return [
            {"deltas": deltas, "way": way, "in_flight": _THREADS, "cpu_ms": round(_cpu_per_call(call), 2)}
            for way, call in ways.items()
        ]
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print the table and write it to `var/bench/llm_cpu.json`."""
    rows = [row for deltas in _DELTAS for row in _measure(deltas)]
    for row in rows:
        print("  ".join(f"{name}={value}" for name, value in row.items()))
    out = _ROOT / "var" / "bench" / "llm_cpu.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
