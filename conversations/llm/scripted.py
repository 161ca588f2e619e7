"""A Claude that says what a test told it to say."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conversations.errors import ConversationError, ModelTimeoutError
from conversations.llm.client import Listener, ModelRequest
from conversations.llm.judge import Judgement
from conversations.values import CoachAnswer, Completion, Draft, Intent, KeyResultDraft, Usage

Piece = str | threading.Event | ConversationError
_LOOK_EVERY_SECONDS = 0.01
_DEFAULT_USAGE = Usage(input_tokens=100, output_tokens=20)


@dataclass(frozen=True, slots=True)
class _Script:
    pieces: tuple[Piece, ...]
    draft: Draft
    intent: Intent
    usage: Usage

    @property
    def reply(self) -> str:
        return "".join(piece for piece in self.pieces if isinstance(piece, str))


class ScriptedClaude:
    """Answers from a script, in order, and remembers what it was asked.

    A piece that is text is streamed; an event is waited for, with the listener checked meanwhile;
    an error is raised there. A call beyond the script repeats `always_says`, if that was given, and
    is otherwise a failed test. Threads may share it.
    """

    def __init__(self) -> None:
        self.requests: list[ModelRequest] = []
        self._scripts: deque[_Script] = deque()
        self._waits: tuple[threading.Event, ...] = ()
        self._fallback: _Script | None = None
        self._asked = threading.Condition()
        self.judged: list[tuple[str, str]] = []
        self._judgements: deque[bool] = deque()

    def will_say(
        self,
        *pieces: Piece,
        objective: str | None = None,
        key_results: Sequence[KeyResultDraft | str] = (),
        intent: Intent = Intent.INFORMS,
        usage: Usage = _DEFAULT_USAGE,
    ) -> None:
        """Answer the next unscripted call with these pieces."""
        self._append(_script(pieces, objective, key_results, intent, usage))

    def always_says(
        self,
        *pieces: Piece,
        objective: str | None = None,
        key_results: Sequence[KeyResultDraft | str] = (),
        intent: Intent = Intent.INFORMS,
        usage: Usage = _DEFAULT_USAGE,
    ) -> None:
        """Answer every call beyond the script with these pieces."""
        self._fallback = _script(pieces, objective, key_results, intent, usage)

    def will_fail(self, error: ConversationError, *, times: int = 1) -> None:
        """Fail the next unscripted calls."""
        for _ in range(times):
            self._append(_script((error,), None, (), Intent.OTHER, Usage()))

    def will_wait_for(self, event: threading.Event) -> None:
        """Hold the call scripted next, before its first piece, until the event is set."""
        with self._asked:
            self._waits = (*self._waits, event)

    def wait_until_asked(self, times: int = 1, *, at_most: float = 10.0) -> None:
        """Block until so many calls have arrived; `at_most` is in seconds."""
        with self._asked:
            if not self._asked.wait_for(lambda: len(self.requests) >= times, timeout=at_most):
                raise AssertionError(f"The model was asked {len(self.requests)} times, not {times}.")

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Play the next script to the listener."""
        script = self._next(request)
        asked = time.monotonic()
        first_token_ms: float | None = None
        for piece in script.pieces:
            listener.check()
            match piece:
                case str():
                    if first_token_ms is None:
                        first_token_ms = (time.monotonic() - asked) * 1000
                    listener.on_text(piece)
                case threading.Event():
                    _wait(piece, request, listener)
                case _:
                    raise piece
        listener.check()
        return Completion(
            answer=CoachAnswer(reply=script.reply, draft=script.draft, intent=script.intent),
            model=request.model,
            stop_reason="end_turn",
            usage=script.usage,
            first_token_ms=first_token_ms,
        )

    def will_judge(self, *same: bool) -> None:
        """Give these judgements, in order; beyond them, that both mean the same."""
        self._judgements.extend(same)

    def same_meaning(self, here: str, there: str, *, model: str) -> Judgement:
        """Give the next judgement of the script."""
        with self._asked:
            self.judged.append((here, there))
            same = self._judgements.popleft() if self._judgements else True
        return Judgement(same, "" if same else "The script says so.", model, _DEFAULT_USAGE)

    def count_tokens(self, request: ModelRequest) -> int:
        """Guess four characters to a token."""
        prompt = request.prompt
        texts = [one.text for one in (*prompt.system, *prompt.turn)]
        return sum(map(len, texts + [one.content for one in prompt.history])) // 4

    def _append(self, script: _Script) -> None:
        with self._asked:
            waits, self._waits = self._waits, ()
            self._scripts.append(replace(script, pieces=(*waits, *script.pieces)))

    def _next(self, request: ModelRequest) -> _Script:
        with self._asked:
            self.requests.append(request)
            self._asked.notify_all()
            script = self._scripts.popleft() if self._scripts else self._fallback
        if script is None:
            raise AssertionError("The model was asked more often than the script says.")
        return script


def _script(
    pieces: tuple[Piece, ...],
    objective: str | None,
    key_results: Sequence[KeyResultDraft | str],
    intent: Intent,
    usage: Usage,
) -> _Script:
    results = tuple(KeyResultDraft(text=one) if isinstance(one, str) else one for one in key_results)
    return _Script(pieces, Draft(objective, results), intent, usage)


def _wait(event: threading.Event, request: ModelRequest, listener: Listener) -> None:
    while not event.wait(_LOOK_EVERY_SECONDS):
        listener.check()
        if time.monotonic() >= request.deadline:
            raise ModelTimeoutError
