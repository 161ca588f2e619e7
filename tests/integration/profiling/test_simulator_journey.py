"""A cooperative user and the simulator's coach, with the product's own prompts and gates between them."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from conversations.llm.answer_schema import parse_answer
from conversations.llm.client import ModelRequest
from conversations.llm.wire_request import streamed
from conversations.pipeline.advance import advance_phase, standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.values import CoachAnswer, Draft, Intent, Phase, Prompt, Role, Turn
from knowledge.rubric import Context
from profiling.simulator.messages import parse_request
from profiling.simulator.replies import text_of

NEW_SESSION = SessionFacts(
    session_id=UUID(int=0),
    user_id=UUID(int=0),
    title="",
    phase=Phase.DISCOVERY,
    context=Context(),
    draft=Draft(),
    draft_version=0,
    approved_version=None,
    approved_texts=frozenset(),
    messages_since_progress=0,
)
RETENTION = (
    "I want to improve customer retention",
    "Many customers leave us right after the free trial",
    "Looks good to me",
    "Retention from 60% to 75%, and monthly churn from 8% to 5%",
    "Can you suggest a third?",
    "Looks good to me, lock it in",
)
OWN_WORDING = (
    "I want to increase revenue",
    "Our current annual revenue is $5M",
    "Our objective is: Become the first choice of small shops because we make them thrive",
    "We want to reach $10M by end of year",
    "Net revenue retention from 98% to 112%",
    "yes",
    "yes, but change the second one",
    "Change the second one to: Increase net revenue retention from 98% to 110%",
    "Perfect, lock it in",
)
UNKNOWN_SUBJECT = (
    "We need to improve our bakery's bread",
    "People complain that it is stale by noon",
    "Looks good",
    "Complaints from 40 to 10 per week, and loaves sold before noon from 55% to 80%",
    "Yes, go ahead",
    "Ship it",
)


@dataclass
class Talk:
    """A session in memory: the product's pure steps around the simulator's answers."""

    session: SessionFacts = NEW_SESSION
    history: tuple[Turn, ...] = ()
    answers: list[CoachAnswer] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Take one turn."""
        session = self.session
        asked = sum(turn.role is Role.USER for turn in self.history) + 1
        conversation = Conversation(self.history, text, asked)
        findings = detect_antipatterns(text, session.phase, session.draft, session.context)
        seen = standing_before(session, assess_draft(session.draft, session.context))
        strategy = strategy_for(session, conversation, seen, findings)
        answer = _answered(prompt_for(session, conversation, seen, strategy, findings, ()))
        progress = advance_phase(session, conversation, seen, answer)
        self.answers.append(answer)
        self.history += (Turn(Role.USER, text), Turn(Role.ASSISTANT, answer.reply))
        self.session = replace(
            session,
            phase=progress.decision.phase,
            draft=progress.standing.draft,
            draft_version=progress.standing.version,
            approved_version=progress.decision.approved_version,
            approved_texts=progress.decision.approved_texts,
            messages_since_progress=progress.decision.messages_since_progress,
        )


def _answered(prompt: Prompt) -> CoachAnswer:
    body = streamed(ModelRequest(prompt, "claude-sonnet-5-5", 1_000, 0.0, timedelta(seconds=1)))
    return parse_answer(text_of(parse_request(orjson.dumps(body))))


@pytest.mark.parametrize("messages", [RETENTION, OWN_WORDING, UNKNOWN_SUBJECT])
def test_a_cooperative_user_gets_to_a_settled_okr_within_ten_messages(messages: tuple[str, ...]) -> None:
    talk = Talk()

    for message in messages:
        talk.say(message)

    assert talk.session.phase == Phase.COMPLETED
    assert talk.session.draft.objective
    assert 2 <= len(talk.session.draft.key_results) <= 5


def test_the_users_own_objective_stands_word_for_word() -> None:
    talk = Talk()

    for message in OWN_WORDING:
        talk.say(message)

    assert (
        talk.session.draft.objective == "Become the first choice of small shops because we make them thrive"
    )


def test_a_yes_with_a_but_does_not_settle_it() -> None:
    talk = Talk()

    for message in RETENTION[:-1]:
        talk.say(message)
    talk.say("yes, but change the second one")

    assert talk.answers[-1].intent == Intent.REQUESTS_CHANGE
    assert talk.session.phase != Phase.COMPLETED


def test_a_vague_user_is_not_pushed_through() -> None:
    talk = Talk()

    for message in ("I want to do better", "Make things better", "Do more stuff", "Work harder"):
        talk.say(message)

    assert talk.session.phase == Phase.DISCOVERY
    assert talk.session.draft.objective is None
    assert len({answer.reply for answer in talk.answers}) == 4
