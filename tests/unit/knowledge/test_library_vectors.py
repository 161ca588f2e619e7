"""Words, stems and vectors."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library.text import MOST_CHARACTERS, phrases, plain, stem, words
from knowledge.library.vectors import DIMENSION, HashedGrams, cosine

EMBEDDER = HashedGrams()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("customers", "customer"),
        ("employees", "employee"),
        ("shipping", "ship"),
        ("engagement", "engaged"),
        ("cities", "city"),
        ("activation", "activations"),
        ("releases", "release"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["us", "bus", "process", "okr", "nps", "2026", "is"])
def test_short_words_and_numbers_stay_whole(word: str) -> None:
    assert stem(word) == word


def test_words_fold_case_accents_and_compounds() -> None:
    assert words("Café’s Time-to-Market, don't!") == ("cafe", "time", "to", "market", "dont")


def test_phrases_are_runs_of_neighbours() -> None:
    assert set(phrases(("time", "to", "market"))) == {
        "time",
        "to",
        "market",
        "time-to",
        "to-market",
        "time-to-market",
    }


def test_a_misspelt_text_is_nearer_to_its_own_than_to_another() -> None:
    wrong = EMBEDDER.embed("custmer retenton")

    near = cosine(wrong, EMBEDDER.embed("customer retention"))
    far = cosine(wrong, EMBEDDER.embed("deployment frequency"))
    assert near > 0.25 > far + 0.1


def test_the_vector_of_a_text_never_changes_from_process_to_process() -> None:
    vector = EMBEDDER.embed("win rate")

    places = [at for at, value in enumerate(vector) if abs(value) > 0.5]
    assert places == [at for at, value in enumerate(EMBEDDER.embed("rate win")) if abs(value) > 0.5]
    assert math.isclose(cosine(vector, vector), 1.0)


@given(st.text(max_size=300))
def test_every_text_has_a_vector_of_length_one_or_none(text: str) -> None:
    vector = EMBEDDER.embed(text)

    length = math.sqrt(sum(value * value for value in vector))
    assert len(vector) == DIMENSION
    assert math.isclose(length, 1.0, abs_tol=1e-9) or not any(vector)


@given(st.text())
def test_stems_are_never_empty(text: str) -> None:
    assert all(stem(word) for word in words(text))
    assert len(plain(text)) <= MOST_CHARACTERS * 20
