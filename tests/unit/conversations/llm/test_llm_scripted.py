"""The scripted Claude."""

import threading
import time
from datetime import timedelta

import pytest

from conversations.errors import CancelledError, ModelTimeoutError, OverloadedError
from conversations.llm.client import Claude, ModelRequest
from conversations.llm.scripted import ScriptedClaude
from conversations.values import Completion, Intent, KeyResultDraft, Prompt, PromptSection


class Ears:
    """A listener that remembers, and may have had enough."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.stopped = False

    def on_text(self, text: str) -> None:
        self.heard.append(text)

    def check(self) -> None:
        if self.stopped:
            raise CancelledError


def request(*, seconds: float = 5.0) -> ModelRequest:
    prompt = Prompt(system=(), history=(), turn=(PromptSection("m", "Hello you"),), version="1")
    return ModelRequest(prompt, "model-1", 10, time.monotonic() + seconds, timedelta(seconds=1))


def test_it_says_what_it_was_told_to_say() -> None:
    llm, ears = ScriptedClaude(), Ears()
    llm.will_say("Not ", "yet.", objective="O", key_results=["K"], intent=Intent.PROPOSES)

    completion = llm.answer(request(), ears)

    assert ears.heard == ["Not ", "yet."]
    assert completion.answer.reply == "Not yet."
    assert completion.answer.draft.objective == "O"
    assert completion.answer.draft.key_results == (KeyResultDraft("K"),)
    assert completion.answer.intent is Intent.PROPOSES
    assert completion.model == "model-1"
    assert len(llm.requests) == 1


def test_it_fails_as_often_as_it_was_told_to() -> None:
    llm = ScriptedClaude()
    llm.will_fail(OverloadedError(), times=2)
    llm.will_say("Well.")

    for _ in range(2):
        with pytest.raises(OverloadedError):
            llm.answer(request(), Ears())
    assert llm.answer(request(), Ears()).answer.reply == "Well."


def test_it_can_fail_in_the_middle() -> None:
    llm, ears = ScriptedClaude(), Ears()
    llm.will_say("Half ", OverloadedError(), "never")

    with pytest.raises(OverloadedError):
        llm.answer(request(), ears)
    assert ears.heard == ["Half "]


def test_a_call_beyond_the_script_fails_the_test_unless_there_is_a_standing_answer() -> None:
    llm = ScriptedClaude()
    with pytest.raises(AssertionError):
        llm.answer(request(), Ears())

    llm.always_says("Again.")
    assert [llm.answer(request(), Ears()).answer.reply for _ in range(2)] == ["Again.", "Again."]


def test_it_waits_until_it_is_released_and_can_be_stopped_meanwhile() -> None:
    llm, ears, never = ScriptedClaude(), Ears(), threading.Event()
    llm.will_wait_for(never)
    llm.will_say("Too late.")
    outcome: list[BaseException] = []

    def call() -> None:
        try:
            llm.answer(request(), ears)
        except CancelledError as exc:
            outcome.append(exc)

    caller = threading.Thread(target=call)
    caller.start()
    llm.wait_until_asked()
    ears.stopped = True
    caller.join(timeout=5)

    assert len(outcome) == 1
    assert ears.heard == []


def test_a_wait_ends_with_the_deadline() -> None:
    llm = ScriptedClaude()
    llm.will_say("Half ", threading.Event(), "late")

    with pytest.raises(ModelTimeoutError):
        llm.answer(request(seconds=0.02), Ears())


def test_threads_get_one_script_each() -> None:
    llm, done = ScriptedClaude(), list[Completion]()
    for number in range(50):
        llm.will_say(str(number))

    threads = [threading.Thread(target=lambda: done.append(llm.answer(request(), Ears()))) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(int(one.answer.reply) for one in done) == list(range(50))


def test_it_is_a_claude() -> None:
    llm: Claude = ScriptedClaude()

    assert llm.count_tokens(request()) == 2
