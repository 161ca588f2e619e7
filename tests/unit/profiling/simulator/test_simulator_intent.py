"""What the simulator's coach understands a message to want."""

import pytest

from profiling.simulator.intent import intent_of

APPROVALS = (
    "looks good to me",
    "let's go with that",
    "ship it",
    "perfect, lock it in",
    "I'm happy with this",
    "Yes",
    "yes please",
    "OK",
    "Perfect!",
    "Yes, that's exactly it",
    "No changes, thanks",
    "Sounds good, what's next?",
    "yep, go ahead",
    "I approve",
    "Approved.",
    "Yes, we can commit to that",
    "That works for us",
)
CHANGES = (
    "yes, but change the second one",
    "not yet",
    "can we make the second one tougher",
    "swap the second for churn",
    "I'd rather focus on NPS",
    "hmm, the target is too high",
    "No",
    "Looks good except the first one",
    "make it shorter",
    "Could you reword it?",
    "The second target is too low",
    "I don't like it",
    "please remove the third one",
    "Not quite",
    "it's too long",
    "drop the last one",
    "lower the target to 70%",
)
STATEMENTS = (
    "We have about 1000 customers",
    "our churn is too high",
    "Customers wait too long for answers",
    "We write it down in the OKR tool",
    "yes, our retention is around 60%",
    "Good customer service matters to our segment",
    "no idea yet",
    "We changed our process last year",
    "It is harder to keep customers now",
    "Customers are not happy",
    "our customers go back to spreadsheets",
    "We measure it every month",
    "Do more stuff",
)
QUESTIONS = (
    "What should my objective be?",
    "What about key results?",
    "Is that ok?",
    "Should this be company-wide or team-specific?",
    "what next",
)


@pytest.mark.parametrize("text", APPROVALS)
def test_it_hears_a_yes(text: str) -> None:
    assert intent_of(text, proposal=False, has_draft=True) == "approves"


@pytest.mark.parametrize("text", CHANGES)
def test_a_request_for_change_is_never_a_yes(text: str) -> None:
    assert intent_of(text, proposal=False, has_draft=True) == "requests_change"


@pytest.mark.parametrize("text", STATEMENTS)
def test_words_inside_other_words_and_sentences_mean_nothing(text: str) -> None:
    assert intent_of(text, proposal=False, has_draft=True) == "informs"


@pytest.mark.parametrize("text", QUESTIONS)
def test_it_hears_a_question(text: str) -> None:
    assert intent_of(text, proposal=False, has_draft=True) == "asks"


def test_without_a_draft_there_is_nothing_to_change() -> None:
    assert intent_of("I'd rather talk about churn", proposal=False, has_draft=False) == "informs"


def test_a_wording_of_the_users_own_is_a_proposal() -> None:
    assert intent_of("Grow Annual Recurring Revenue", proposal=True, has_draft=True) == "proposes"


def test_silence_is_other() -> None:
    assert intent_of("…", proposal=False, has_draft=True) == "other"
