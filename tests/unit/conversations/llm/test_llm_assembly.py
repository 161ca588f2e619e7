"""Putting a recorded stream together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.errors import (
    IncompleteAnswerError,
    InvalidAnswerError,
    ModelError,
    OverloadedError,
    ProviderFailedError,
    RefusedError,
)
from conversations.llm.assembly import Assembly, EventSplitter
from conversations.values import Intent, Usage
from tests.recordings.replay import recording

REPLY = 'That is a clear outcome — well done! "Two weeks" is the number to beat.\nWho measures it? 🎯'


def played(name: str, *, chunk: int = 100_000, line_end: bytes = b"\n") -> tuple[Assembly, str]:
    stream = recording(name).replace(b"\n", line_end)
    assembly, splitter = Assembly("claude-sonnet-5-5"), EventSplitter()
    texts = [
        assembly.take(data)
        for at in range(0, len(stream), chunk)
        for data in splitter.feed(stream[at : at + chunk])
    ]
    return assembly, "".join(texts)


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 100_000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_the_answer_does_not_depend_on_how_the_bytes_arrive(chunk: int, line_end: bytes) -> None:
    assembly, text = played("complete_answer", chunk=chunk, line_end=line_end)

    answer = assembly.answer()
    assert answer.reply == text == REPLY
    assert answer.intent is Intent.PROPOSES
    assert answer.draft.key_results[0].target == 5
    assert assembly.rest_of(answer) == ""


def test_usage_is_that_of_the_start_updated_by_that_of_the_end() -> None:
    assembly, _ = played("complete_answer")

    assert assembly.usage == Usage(25, 77, 300, 900)


def test_thinking_is_not_part_of_the_reply() -> None:
    assembly, text = played("answer_after_thinking")

    assert assembly.answer().reply == text == REPLY
    assert assembly.model == "claude-opus-5-5"


def test_a_reply_that_comes_last_is_given_at_the_end() -> None:
    assembly, text = played("reply_last")

    assert text == ""
    assert assembly.rest_of(assembly.answer()) == "At last, a reply."


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("token_limit", IncompleteAnswerError),
        ("cut_between_events", IncompleteAnswerError),
        ("refusal", RefusedError),
        ("prose_instead_of_json", InvalidAnswerError),
        ("missing_member", InvalidAnswerError),
    ],
)
def test_what_is_no_complete_answer_is_an_error(name: str, error: type[ModelError]) -> None:
    assembly, _ = played(name)

    with pytest.raises(error):
        assembly.answer()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("overloaded_mid_stream", OverloadedError),
        ("server_error_mid_stream", ProviderFailedError),
        ("unknown_error_mid_stream", ProviderFailedError),
        ("broken_event", ProviderFailedError),
    ],
)
def test_an_error_event_ends_the_stream_with_our_error(name: str, error: type[ModelError]) -> None:
    with pytest.raises(error):
        played(name)


def test_a_reply_said_twice_is_no_answer() -> None:
    assembly = Assembly("m")
    assembly.take(
        b'{"type":"content_block_delta","delta":{"type":"text_delta","text":"{\\"reply\\":\\"One\\"}"}}'
    )
    other, _ = played("complete_answer")

    with pytest.raises(InvalidAnswerError):
        assembly.rest_of(other.answer())


def test_it_refuses_an_answer_whose_end_was_not_announced() -> None:
    stream = recording("complete_answer").replace(b"message_stop", b"message_stub")
    assembly = Assembly("m")
    for data in EventSplitter().feed(stream):
        assembly.take(data)

    with pytest.raises(IncompleteAnswerError):
        assembly.answer()


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), max_size=40))
def test_comments_and_split_data_lines_are_read_as_the_standard_says(sizes: list[int]) -> None:
    stream = b': hello\n\nevent: x\ndata: {"a":\ndata:1}\n\nretry: 5\n\ndata: {"b":2}\n\n'
    splitter, found, at = EventSplitter(), list[bytes](), 0
    for size in [*sizes, len(stream)]:
        found += splitter.feed(stream[at : at + size])
        at += size

    assert found == [b'{"a":\n1}', b'{"b":2}']
