"""Taking the reply out of JSON that is still arriving."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.llm.partial import REPLACEMENT, ReplyText

TEXT = st.text(alphabet=st.one_of(st.sampled_from('"\\/\n\t🎯é\u2028u{}'), st.characters(codec="utf-8")))


def fed(pieces: list[str]) -> list[str]:
    reply = ReplyText()
    return [reply.feed(piece) for piece in pieces]


def cut(text: str, places: list[int]) -> list[str]:
    bounds = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(bounds)]


@settings(deadline=None)
@given(TEXT, st.lists(st.integers(0, 10_000)), st.booleans(), st.sampled_from([None, 2]), TEXT)
def test_any_chunking_gives_the_reply_of_the_whole(
    text: str, places: list[int], ascii_only: bool, indent: int | None, objective: str
) -> None:
    answer = {"reply": text, "objective": objective, "key_results": [], "user_intent": "asks"}
    document = json.dumps(answer, ensure_ascii=ascii_only, indent=indent)

    pieces = fed(cut(document, places))

    assert "".join(pieces) == text
    "".join(pieces).encode()


@settings(deadline=None)
@given(TEXT)
def test_single_characters_give_the_reply_too(text: str) -> None:
    document = json.dumps({"reply": text, "objective": '"reply": "no"'})

    assert "".join(fed(list(document))) == text


def test_text_is_given_as_soon_as_it_is_complete() -> None:
    assert fed(['{"reply": "Not ', "yet.", '", "objective"']) == ["Not ", "yet.", ""]


def test_an_escape_cut_in_two_waits_for_its_other_half() -> None:
    assert fed(['{"reply":"a\\', "nb\\u00", 'e9"']) == ["a", "\nb", "é"]


def test_a_surrogate_pair_cut_in_two_is_one_character() -> None:
    assert fed(['{"reply":"\\ud83c', "\\udfaf", ' hit"']) == ["", "🎯", " hit"]


@pytest.mark.parametrize("pieces", [['{"reply":"\\ud83c', ' alone"'], ['{"reply":"\\udfaf alone"']])
def test_half_a_pair_can_still_be_encoded(pieces: list[str]) -> None:
    assert "".join(fed(pieces)) == REPLACEMENT + " alone"


def test_what_follows_the_reply_is_not_text() -> None:
    assert fed(['{"reply":"Hi"', ',"objective":"Say', ' \\"reply\\":\\"no\\""}']) == ["Hi", "", ""]


@pytest.mark.parametrize("text", ['{"objective":null,"reply":"late"}', "Sure, here it is", "[1]", "x" * 1000])
def test_another_opening_gives_nothing(text: str) -> None:
    assert "".join(fed(cut(text, [3, 9]))) == ""
