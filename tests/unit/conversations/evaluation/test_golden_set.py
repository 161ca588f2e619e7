"""The golden set, held with the simulator's coach in this process: what fails here is a regression."""

import pytest

from conversations.evaluation.cases import Case, golden_set
from conversations.evaluation.coach import SimulatedCoach
from conversations.evaluation.run import evaluate
from conversations.values import Phase

CASES = golden_set()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_recorded_conversation_goes_as_it_should(case: Case) -> None:
    (outcome,) = evaluate([case], SimulatedCoach()).outcomes

    assert outcome.misses == ()
    assert outcome.turns == len(case.turns)


def test_there_are_enough_conversations_of_every_kind() -> None:
    turns = [turn for case in CASES for turn in case.turns]

    assert len(CASES) >= 60
    assert len({case.context.industry for case in CASES if case.context.industry}) >= 10
    assert sum(turn.phase == (Phase.COMPLETED,) for turn in turns) >= 15
    assert sum(bool(turn.finds or turn.addresses) for turn in turns) >= 5
    assert sum(any(ord(letter) > 0x7F for letter in turn.user) for turn in turns) >= 15


def test_most_turns_expect_something() -> None:
    turns = [turn for case in CASES for turn in case.turns]
    # What may be empty in a turn that expects nothing: all but the user's words.
    silent = [turn for turn in turns if turn == type(turn)(user=turn.user)]

    assert len(silent) < len(turns) / 2
