"""Whole conversations through the pipeline's pure steps, with the simulator's coach and no network."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from conversations.gates import Standing
from conversations.llm.answer_schema import parse_answer
from conversations.llm.client import ModelRequest
from conversations.llm.wire_request import streamed
from conversations.pipeline.advance import advance_phase, standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.values import Draft, Phase, Prompt, Role, Turn, texts_of
from knowledge.rubric import Context
from profiling.simulator.messages import parse_request
from profiling.simulator.replies import text_of

CONTEXT = Context(industry="Software", team_size=8)
OBJECTIVE = "Become the service small teams never want to leave"
RETENTION = "Increase annual retention from 60% to 80%"
RESPONSE = "Reduce time to first response from 8 hours to 2 hours"
TO_VALIDATION = (
    "I want to improve customer retention",
    "We have about 1000 customers and 60% stay after a year",
    OBJECTIVE,
    RETENTION,
    RESPONSE,
)


@dataclass
class Talk:
    """A conversation kept in memory the way the database keeps it."""

    phase: Phase = Phase.DISCOVERY
    standing: Standing = field(default_factory=Standing)
    approved_version: int | None = None
    approved_texts: frozenset[str] = frozenset()
    messages_since_progress: int = 0
    history: tuple[Turn, ...] = ()
    phases: list[Phase] = field(default_factory=list)

    def say(self, *messages: str) -> "Talk":
        """Let the user write these messages, one after the other."""
        for message in messages:
            self._turn(message)
        return self

    def _turn(self, message: str) -> None:
        session, conversation = self._session(), self._conversation(message)
        findings = detect_antipatterns(message, session.phase, session.draft, CONTEXT)
        seen = standing_before(session, assess_draft(session.draft, CONTEXT))
        strategy = strategy_for(session, conversation, seen, findings)
        answer = parse_answer(coached(prompt_for(session, conversation, seen, strategy, findings, ())))
        progress = advance_phase(session, conversation, seen, answer)
        decision = progress.decision
        self.standing, self.phase = progress.standing, decision.phase
        self.approved_version, self.approved_texts = decision.approved_version, decision.approved_texts
        self.messages_since_progress = decision.messages_since_progress
        self.history += (Turn(Role.USER, message), Turn(Role.ASSISTANT, answer.reply))
        self.phases.append(decision.phase)

    def _session(self) -> SessionFacts:
        return SessionFacts(
            session_id=UUID(int=0),
            user_id=UUID(int=0),
            title="",
            phase=self.phase,
            context=CONTEXT,
            draft=self.standing.draft,
            draft_version=self.standing.version,
            approved_version=self.approved_version,
            approved_texts=self.approved_texts,
            messages_since_progress=self.messages_since_progress,
        )

    def _conversation(self, message: str) -> Conversation:
        return Conversation(self.history, message, len(self.history) // 2 + 1)


def coached(prompt: Prompt) -> str:
    """Ask the simulator over the wire's own form, without a wire."""
    request = ModelRequest(prompt, "claude-sonnet-5-5", 2_000, deadline=0, idle_timeout=timedelta(seconds=1))
    return text_of(parse_request(json.dumps(streamed(request)).encode()))


def test_a_conversation_goes_from_a_wish_to_the_exact_approved_okr() -> None:
    talk = Talk().say(*TO_VALIDATION, "Looks good, let's go with it.")

    assert talk.phases == [
        Phase.DISCOVERY,
        Phase.REFINEMENT,
        Phase.KR_DISCOVERY,
        Phase.KR_DISCOVERY,
        Phase.VALIDATION,
        Phase.COMPLETED,
    ]
    assert talk.standing.draft.objective == OBJECTIVE
    assert texts_of(talk.standing.draft.key_results) == (RETENTION, RESPONSE)
    assert talk.approved_version == talk.standing.version


@pytest.mark.parametrize(
    "approval",
    [
        "Yes.",
        "Approved",
        "Perfect, ship it",
        "That sounds right to me",
        "I'm happy with this",
        "Great, that's the one",
        "yep, go ahead",
    ],
)
def test_one_yes_completes_however_it_is_worded(approval: str) -> None:
    assert Talk().say(*TO_VALIDATION, approval).phase == Phase.COMPLETED


@pytest.mark.parametrize(
    "change",
    [
        "Yes, but make the target 85%",
        "Almost, but please drop the second key result",
        "I like it, though the objective should mention schools",
        "Looks good, except the response time: 3 hours is enough",
        "No, that is not what I meant",
        "Not yet",
        "I'm sure we can measure the OKR, but let's lower the first",
    ],
)
def test_a_request_for_change_never_completes(change: str) -> None:
    talk = Talk().say(*TO_VALIDATION, change)

    assert (talk.phase, talk.approved_version) == (Phase.VALIDATION, None)


def test_a_completed_okr_is_never_changed_again() -> None:
    talk = Talk().say(*TO_VALIDATION, "Yes.")
    approved: Draft = talk.standing.draft

    talk.say("Yes, but make the target 85%", "Become the loudest brand in town")

    assert (talk.phase, talk.standing.draft) == (Phase.COMPLETED, approved)


def test_idle_talk_never_forces_an_unready_okr_through() -> None:
    talk = Talk().say(*["Let me think about it a little longer"] * 14)

    assert talk.phase in (Phase.DISCOVERY, Phase.REFINEMENT)
    assert talk.approved_version is None
