"""How much a prompt may hold: token estimates, and the rule by which a long conversation is condensed.

Tokens are estimated at four characters each, the usual rule of thumb for English, and a few for the frame of
each message; the estimate decides what to leave out and is never used for billing. What the provider counts
is compared with it by `tests/benchmarks/bench_prompt.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from conversations.prompt.blocks import user_message
from conversations.prompt.wording import Wording
from conversations.values import Prompt, Role, Turn

CHARACTERS_PER_TOKEN: Final = 4
FRAME_TOKENS: Final = 4
HISTORY_TOKENS: Final = 800
TURN_TOKENS: Final = 200
SUMMARY_TOKENS: Final = 200
GIST_CHARACTERS: Final = 100
GIST_FRAME_CHARACTERS: Final = 200
_MESSAGE: Final = "message"
#: The cut moves in steps of this many turns, so that the history's cached prefix survives most turns.
STEP: Final = 4


@dataclass(frozen=True, slots=True)
class Condensed:
    """A history that fits, with the number of turns it no longer holds whole."""

    turns: tuple[Turn, ...]
    condensed: int


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, rounded up."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def section_tokens(prompt: Prompt) -> dict[str, int]:
    """Estimate the tokens of each section of a prompt, by name, in the prompt's order."""
    sections = {one.name: estimate_tokens(one.text) for one in prompt.system}
    sections["history"] = sum(estimate_tokens(turn.content) + FRAME_TOKENS for turn in prompt.history)
    turn = {one.name: estimate_tokens(one.text) for one in prompt.turn}
    return sections | turn | {_MESSAGE: turn.get(_MESSAGE, 0) + FRAME_TOKENS}


@dataclass(frozen=True, slots=True)
class TemplateTokens:
    """The tokens of a wording's fixed texts, by template, and the most of them that one message carries."""

    by_template: dict[str, int]
    most_in_a_message: int


def template_tokens(wording: Wording) -> TemplateTokens:
    """Estimate what a wording costs; a message carries one phase's text and one strategy's advice."""
    phases = {phase.value: estimate_tokens(text) for phase, text in wording.phases.items()}
    advice = [estimate_tokens(text) for text in wording.advice.values()]
    always = {"base": estimate_tokens(wording.base), "rubric": estimate_tokens(wording.rubric)}
    return TemplateTokens(
        by_template=always | phases | {"strategies": sum(advice)},
        most_in_a_message=sum(always.values()) + max(phases.values()) + max(advice),
    )


def condense(history: Sequence[Turn]) -> Condensed:
    """Fit a conversation into its budget: the last turns whole, long ones excerpted, a gist of the rest.

    Nothing disappears silently: what is left out is said in its place.
    """
    fitted = [_fenced(_excerpt(turn)) for turn in history]
    cut = _cut([estimate_tokens(turn.content) for turn in fitted])
    kept = fitted[cut:]
    clipped = sum(_is_long(turn) for turn in history[cut:])
    return Condensed(turns=tuple(_with_gist(history[:cut], kept)), condensed=cut + clipped)


def _is_long(turn: Turn) -> bool:
    return estimate_tokens(turn.content) > TURN_TOKENS


def _excerpt(turn: Turn) -> Turn:
    if not _is_long(turn):
        return turn
    most = TURN_TOKENS * CHARACTERS_PER_TOKEN
    head, tail = most * 2 // 3, most // 4
    left_out = len(turn.content) - head - tail
    marked = f"{turn.content[:head]} [… {left_out} characters left out …] {turn.content[-tail:]}"
    return replace(turn, content=marked)


def _fenced(turn: Turn) -> Turn:
    return replace(turn, content=user_message(turn.content)) if turn.role == Role.USER else turn


def _cut(sizes: Sequence[int]) -> int:
    """Find where the kept turns begin: the first step from which the rest fits beside its gist."""
    if sum(sizes) <= HISTORY_TOKENS:
        return 0
    room, end = HISTORY_TOKENS - SUMMARY_TOKENS, len(sizes)
    # The last exchange is what the user answers to, so it goes only if it cannot fit at all.
    cuts: list[int] = [*range(STEP, end - 1, STEP), max(end - 2, 0)]
    for cut in cuts:
        if sum(sizes[cut:]) <= room:
            return cut
    return end


def _with_gist(earlier: Sequence[Turn], kept: list[Turn]) -> list[Turn]:
    if not earlier:
        return kept
    gist = _gist(earlier)
    if kept and kept[0].role == Role.USER:
        return [replace(kept[0], content=f"{gist}\n\n{kept[0].content}"), *kept[1:]]
    return [Turn(role=Role.USER, content=gist), *kept]


def _gist(earlier: Sequence[Turn]) -> str:
    """Say what the user said before, in order and shortened, within the gist's own budget."""
    said = [_line(turn.content) for turn in earlier if turn.role == Role.USER]
    kept = _most_telling(said)
    before = f" ({len(said) - len(kept)} more left out)" if len(kept) < len(said) else ""
    lines = "\n".join(said[place] for place in kept)
    return (
        f"<earlier_conversation>\nEarlier in this conversation ({len(earlier)} turns, condensed),"
        f" the user said{before}:\n{lines}\n</earlier_conversation>"
    )


def _most_telling(lines: Sequence[str]) -> list[int]:
    """Choose which lines to keep while there is room: those with figures first, then the newest."""
    room = SUMMARY_TOKENS * CHARACTERS_PER_TOKEN - GIST_FRAME_CHARACTERS
    chosen: list[int] = []
    for place in sorted(range(len(lines)), key=lambda at: (not _has_figures(lines[at]), -at)):
        room -= len(lines[place]) + 1
        if room < 0:
            break
        chosen.append(place)
    return sorted(chosen)


def _line(text: str) -> str:
    return f"- {escape(_short(' '.join(text.split())), quote=False)}"


def _has_figures(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _short(text: str) -> str:
    """Shorten what was said to its sentences with figures: a baseline once given is not asked for again."""
    if len(text) <= GIST_CHARACTERS:
        return text
    sentences = re.split(r"(?<=[.!?;]) ", text)
    telling = [one for one in sentences if _has_figures(one)]
    gist = " ".join(telling or sentences)
    return gist if len(gist) <= GIST_CHARACTERS else f"{gist[: GIST_CHARACTERS - 1]}…"
