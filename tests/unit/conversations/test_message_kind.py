"""Small talk and plain yeses are told apart from what needs thought."""

import pytest

from conversations.message_kind import kind_of
from conversations.values import MessageKind


@pytest.mark.parametrize(
    "message", ["Thanks!", "Thank you so much for your help", "Hi there", "ok, thanks 🙏"]
)
def test_thanks_and_greetings_are_small_talk(message: str) -> None:
    assert kind_of(message) is MessageKind.SMALL_TALK


@pytest.mark.parametrize(
    "message", ["yes", "Looks good to me.", "Perfect, lock it in", "That’s right — go ahead!"]
)
def test_a_yes_and_nothing_else_is_a_plain_yes(message: str) -> None:
    assert kind_of(message) is MessageKind.PLAIN_YES


@pytest.mark.parametrize(
    "message",
    [
        "yes, but make it 50%",
        "Love it, just lose the second",
        "Yes, we measure that",
        "Is this okay?",
        "not good",
        "fine once the target is 40",
        "Thanks, and what about churn",
        "Hello, we want customers to stay",
        "the second one",
        "",
        "…",
        "yes " * 9,
    ],
)
def test_everything_else_has_substance(message: str) -> None:
    assert kind_of(message) is MessageKind.SUBSTANCE
