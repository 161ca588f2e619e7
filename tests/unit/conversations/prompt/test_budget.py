"""Long conversations are condensed by rule, and say so."""

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.prompt.budget import (
    HISTORY_TOKENS,
    SUMMARY_TOKENS,
    TURN_TOKENS,
    condense,
    estimate_tokens,
)
from conversations.values import Role, Turn

TALK = "Retention matters to us because new customers are dear. " * 3


def a_talk(turns: int, text: str = TALK) -> tuple[Turn, ...]:
    return tuple(
        Turn(Role.USER if place % 2 == 0 else Role.ASSISTANT, f"{place}: {text}") for place in range(turns)
    )


def tokens(turns: tuple[Turn, ...]) -> int:
    return sum(estimate_tokens(turn.content) for turn in turns)


def test_a_short_conversation_stays_whole() -> None:
    history = a_talk(6)

    condensed = condense(history)

    assert condensed.condensed == 0
    assert condensed.turns[0].content == f"<user_message>{history[0].content}</user_message>"
    assert condensed.turns[1::2] == history[1::2]


def test_a_long_conversation_keeps_its_end_and_the_gist_of_the_rest() -> None:
    history = a_talk(40)

    condensed = condense(history)

    first = condensed.turns[0].content
    assert condensed.condensed + len(condensed.turns) == len(history)
    assert condensed.turns[-1] == history[-1]
    assert first.startswith(
        f"<earlier_conversation>\nEarlier in this conversation ({condensed.condensed} turns"
    )
    assert "more left out" in first
    assert f"\n- {condensed.condensed - 2}: Retention" in first


def test_the_gist_keeps_the_sentence_with_the_figures() -> None:
    told = f"{TALK[:56]} We looked at it for long. Retention is 61% today. It hurts us."
    chat = (Turn(Role.USER, TALK), Turn(Role.ASSISTANT, TALK)) * 14
    talk = (Turn(Role.USER, told), Turn(Role.ASSISTANT, "Noted."), *chat)

    assert "- Retention is 61% today.\n" in condense(talk).turns[0].content


def test_the_cut_moves_in_steps_so_that_most_turns_keep_the_cached_prefix() -> None:
    starts = {condense(a_talk(length)).condensed for length in range(20, 60, 2)}

    assert len(starts) <= 11
    assert all(start % 4 == 0 for start in starts)


def test_a_very_long_turn_is_excerpted_and_says_how_much_is_missing() -> None:
    condensed = condense((Turn(Role.USER, "a" * 5000), Turn(Role.ASSISTANT, "Good.")))

    assert condensed.condensed == 1
    assert "characters left out …]" in condensed.turns[0].content
    assert estimate_tokens(condensed.turns[0].content) <= TURN_TOKENS


def test_the_last_exchange_stays_even_when_everything_is_long() -> None:
    condensed = condense(a_talk(30, "word " * 3000))

    assert "<user_message>28: word" in condensed.turns[-2].content
    assert condensed.turns[-1].content.startswith("29:")


@settings(deadline=None)
@given(
    st.lists(st.builds(Turn, st.sampled_from(Role), st.text(max_size=4000)), max_size=40),
)
def test_the_budget_holds_for_any_history(history: list[Turn]) -> None:
    condensed = condense(history)

    assert tokens(condensed.turns) <= HISTORY_TOKENS
    assert condense(history) == condensed
    if condensed.condensed == 0:
        assert len(condensed.turns) == len(history)


@settings(deadline=None)
@given(
    st.lists(st.builds(Turn, st.just(Role.USER), st.text("&<>x \n", max_size=900)), min_size=30, max_size=60)
)
def test_the_gist_keeps_its_own_budget(history: list[Turn]) -> None:
    condensed = condense(history)

    if condensed.condensed:
        gist = condensed.turns[0].content.split("</earlier_conversation>")[0]
        assert estimate_tokens(gist) <= SUMMARY_TOKENS
