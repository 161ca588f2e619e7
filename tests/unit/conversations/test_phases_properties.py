"""Whatever happens in a conversation, only a yes to exactly this version completes it."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from conversations.phases import ORDER, PhaseFacts, Standing, advance, may_enter
from conversations.values import Intent, Phase
from tests.standings import a_standing

SCORES = st.floats(min_value=0, max_value=100)
STANDINGS = st.builds(
    lambda text, results, score, outcome: a_standing(text, results, score=score, outcome=outcome),
    st.sampled_from([None, "Customers stay", "Teams ship calmly"]),
    st.lists(SCORES, max_size=7),
    SCORES,
    SCORES,
)


class Talk(RuleBasedStateMachine):
    """A session kept the way the pipeline keeps it, with any answer at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = PhaseFacts(Phase.DISCOVERY, Standing(), Standing())
        self.completed_as: Standing | None = None

    @rule(answer=STANDINGS, intent=st.sampled_from(Intent))
    def the_answer_changes_the_draft(self, answer: Standing, intent: Intent) -> None:
        # The same draft has the same scores: the rubric is a function of the text.
        if answer.draft == self.facts.now.draft:
            return self._turn(self.facts.now, intent)
        return self._turn(replace(answer, version=self.facts.now.version + 1), intent)

    @rule(results=st.lists(st.just(80.0), min_size=2, max_size=3))
    def the_answer_is_a_good_okr(self, results: list[float]) -> None:
        objective = self.facts.now.draft.objective or "Teams ship calmly"
        self.the_answer_changes_the_draft(a_standing(objective, results), Intent.PROPOSES)

    @rule(intent=st.sampled_from(Intent))
    def the_answer_leaves_the_draft(self, intent: Intent) -> None:
        self._turn(self.facts.now, intent)

    def _turn(self, now: Standing, intent: Intent) -> None:
        before = self.facts
        if before.phase == Phase.COMPLETED:
            now = before.now
        messages = before.user_messages + 1
        facts = replace(before, seen=before.now, now=now, intent=intent, user_messages=messages)
        decision = advance(facts)
        if decision.phase == Phase.COMPLETED != before.phase:
            assert intent == Intent.APPROVES
            assert now == before.now, "what was approved is what the user saw"
            assert decision.approved_version == now.version
            self.completed_as = now
        step = ORDER.index(decision.phase) - ORDER.index(before.phase)
        assert step <= 1
        assert step >= 0 or decision.phase == Phase.REFINEMENT
        assert decision.moved == (step != 0) == bool(decision.trigger)
        self.facts = replace(
            facts,
            phase=decision.phase,
            approved_version=decision.approved_version,
            approved_texts=decision.approved_texts,
            messages_since_progress=decision.messages_since_progress,
        )

    @invariant()
    def a_completed_okr_is_what_was_approved(self) -> None:
        if self.facts.phase == Phase.COMPLETED:
            assert self.facts.now == self.completed_as
            assert self.facts.approved_version == self.facts.now.version

    @invariant()
    def what_may_be_entered_agrees_with_the_gates(self) -> None:
        if self.facts.phase != Phase.COMPLETED and self.facts.approved_version != self.facts.now.version:
            assert not may_enter(self.facts, Phase.COMPLETED)


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
