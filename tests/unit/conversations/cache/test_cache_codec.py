"""A stored answer reads back to the letter, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.cache.codec import UnreadableEntryError, decoded, encoded, tokens_of
from conversations.values import CoachAnswer, Completion, Draft, Intent, KeyResultDraft, Usage

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)
KEY_RESULT = st.builds(KeyResultDraft, TEXT, TEXT, TEXT, NUMBER, NUMBER, TEXT)
COST = st.decimals(0, 100, places=8, allow_nan=False, allow_infinity=False)
COUNT = st.integers(0, 10**9)
COMPLETION = st.builds(
    Completion,
    answer=st.builds(
        CoachAnswer,
        reply=TEXT,
        draft=st.builds(Draft, st.none() | TEXT, st.lists(KEY_RESULT, max_size=3).map(tuple)),
        intent=st.sampled_from(list(Intent)),
    ),
    model=TEXT,
    stop_reason=TEXT,
    usage=st.builds(
        Usage,
        COUNT,
        COUNT,
        COUNT,
        COUNT,
        st.decimals(0, 100, places=8, allow_nan=False, allow_infinity=False),
    ),
    first_token_ms=st.none(),
)


@given(COMPLETION)
def test_it_reads_back_what_was_stored(completion: Completion) -> None:
    assert decoded(encoded(completion)) == completion


@pytest.mark.parametrize(
    "stored", [b"", b"{}", b"null", b'{"form": 2}', b'{"form": 1, "reply": "x"}', b"\x80\x04]"]
)
def test_anything_else_is_refused(stored: bytes) -> None:
    with pytest.raises(UnreadableEntryError):
        decoded(stored)


def test_every_token_counts() -> None:
    assert tokens_of(Usage(1, 10, 100, 1000, Decimal(1))) == 1111
