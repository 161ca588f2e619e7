"""The gates between the phases, by example."""

from dataclasses import replace

import pytest

from conversations.phases import (
    ORDER,
    PhaseFacts,
    Standing,
    advance,
    approves_what_was_seen,
    draft_after,
    draft_is_open,
    may_enter,
    unmet_conditions,
)
from conversations.values import Draft, Intent, KeyResultDraft, Phase
from tests.standings import OBJECTIVE, a_standing, the_facts

GOOD = (80, 75, 70)


def codes(facts: PhaseFacts, target: Phase) -> set[str]:
    return {one.code for one in unmet_conditions(facts, target)}


@pytest.mark.parametrize(
    ("now", "messages", "missing"),
    [
        (a_standing(score=40), 2, set()),
        (a_standing(score=39.9), 2, {"objective_discovered"}),
        (a_standing(score=90), 1, {"enough_messages"}),
        (a_standing(None), 2, {"objective_drafted", "objective_discovered"}),
        (a_standing("   "), 2, {"objective_drafted"}),
    ],
)
def test_discovery_asks_for_a_drafted_objective_and_two_messages(
    now: Standing, messages: int, missing: set[str]
) -> None:
    facts = the_facts(Phase.DISCOVERY, now, user_messages=messages)

    assert codes(facts, Phase.REFINEMENT) == missing


@pytest.mark.parametrize(
    ("now", "missing"),
    [
        (a_standing(score=75, outcome=70, clarity=70, inspiration=60), set()),
        (a_standing(score=74.9), {"objective_score"}),
        (a_standing(outcome=69), {"objective_outcome"}),
        (a_standing(clarity=69), {"objective_clarity"}),
        (a_standing(inspiration=59), {"objective_inspiration"}),
        (
            a_standing(score=50, outcome=1, clarity=1),
            {"objective_score", "objective_outcome", "objective_clarity"},
        ),
    ],
)
def test_refinement_asks_for_four_scores(now: Standing, missing: set[str]) -> None:
    assert codes(the_facts(Phase.REFINEMENT, now), Phase.KR_DISCOVERY) == missing


@pytest.mark.parametrize(
    ("results", "missing"),
    [
        ((80, 60), set()),
        ((70, 70, 70, 70, 70), set()),
        ((90,), {"enough_key_results"}),
        ((), {"enough_key_results", "key_results_average"}),
        ((80,) * 6, {"not_too_many_key_results"}),
        ((69, 70), {"key_results_average"}),
        ((100, 59), {"weakest_key_result"}),
    ],
)
def test_kr_discovery_asks_for_two_to_five_good_results(
    results: tuple[float, ...], missing: set[str]
) -> None:
    assert codes(the_facts(Phase.KR_DISCOVERY, a_standing(results=results)), Phase.VALIDATION) == missing


def test_an_unmet_condition_says_what_there_is_and_what_is_needed() -> None:
    (unmet,) = unmet_conditions(
        the_facts(Phase.KR_DISCOVERY, a_standing(results=(90,) * 6)), Phase.VALIDATION
    )

    assert (unmet.have, unmet.need, unmet.sentence) == (
        6,
        5,
        "At most 5 key results are allowed; there are 6.",
    )


def test_a_leap_is_refused_with_the_conditions_of_every_gate_on_the_way() -> None:
    facts = the_facts(Phase.DISCOVERY, a_standing(score=50, clarity=10), user_messages=1)

    assert codes(facts, Phase.COMPLETED) == {
        "enough_messages",
        "objective_score",
        "objective_clarity",
        "enough_key_results",
        "key_results_average",
        "version_approved",
    }


@pytest.mark.parametrize("target", ORDER[:3])
def test_the_way_back_is_open(target: Phase) -> None:
    assert may_enter(the_facts(Phase.VALIDATION, Standing()), target)


@pytest.mark.parametrize("target", ORDER[:4])
def test_a_completed_session_stays_completed(target: Phase) -> None:
    facts = the_facts(Phase.COMPLETED, a_standing(results=GOOD))

    assert codes(facts, target) == {"completed_is_final"}


def test_entering_the_present_phase_asks_for_nothing() -> None:
    assert may_enter(the_facts(Phase.COMPLETED, Standing()), Phase.COMPLETED)


def test_a_turn_moves_one_step_however_good_the_okr_is() -> None:
    decision = advance(the_facts(Phase.DISCOVERY, a_standing(results=GOOD)))

    assert (decision.phase, decision.moved, decision.trigger) == (
        Phase.REFINEMENT,
        True,
        "conditions_met",
    )


def test_the_user_may_keep_a_weak_objective_knowing_its_findings() -> None:
    now = a_standing(score=45, outcome=20)

    decision = advance(the_facts(Phase.REFINEMENT, now, intent=Intent.APPROVES))

    assert (decision.phase, decision.trigger) == (Phase.KR_DISCOVERY, "user_approved")
    assert decision.approved_texts == {OBJECTIVE}
    assert decision.evidence["waived"] == ["objective_score", "objective_outcome"]


def test_a_yes_in_discovery_still_counts_in_refinement() -> None:
    now = a_standing(score=50)
    first = advance(the_facts(Phase.DISCOVERY, now, intent=Intent.APPROVES))

    second = advance(the_facts(first.phase, now, approved_texts=first.approved_texts, intent=Intent.INFORMS))

    assert (first.phase, second.phase) == (Phase.REFINEMENT, Phase.KR_DISCOVERY)


@pytest.mark.parametrize("phase", [Phase.DISCOVERY, Phase.REFINEMENT, Phase.KR_DISCOVERY])
def test_a_no_to_what_still_stands_moves_nothing_forward(phase: Phase) -> None:
    now = a_standing(results=GOOD)
    approved = frozenset({OBJECTIVE})

    decision = advance(the_facts(phase, now, approved_texts=approved, intent=Intent.REQUESTS_CHANGE))

    assert (decision.phase, decision.moved, decision.trigger) == (phase, False, "")


def test_a_change_that_was_asked_for_and_made_may_move_on() -> None:
    now = a_standing("Customers stay because they love us", version=4)

    decision = advance(the_facts(Phase.REFINEMENT, now, seen=a_standing(), intent=Intent.REQUESTS_CHANGE))

    assert decision.phase == Phase.KR_DISCOVERY


def test_a_yes_to_an_objective_changed_in_the_same_turn_is_no_approval() -> None:
    seen, now = a_standing(score=50), a_standing("Something else", score=50, version=4)

    decision = advance(the_facts(Phase.REFINEMENT, now, seen=seen, intent=Intent.APPROVES))

    assert (decision.phase, decision.approved_texts) == (Phase.REFINEMENT, frozenset())


def test_approving_key_results_lets_a_weak_one_through_but_not_a_weak_average() -> None:
    one_weak = the_facts(Phase.KR_DISCOVERY, a_standing(results=(100, 50)), intent=Intent.APPROVES)
    all_weak = the_facts(Phase.KR_DISCOVERY, a_standing(results=(50, 55)), intent=Intent.APPROVES)

    assert advance(one_weak).phase == Phase.VALIDATION
    assert advance(all_weak).phase == Phase.KR_DISCOVERY
    assert {one.code for one in advance(all_weak).unmet} == {"key_results_average"}


def test_an_approved_weak_result_stays_approved_when_another_one_changes() -> None:
    weak = a_standing(results=(50,)).draft.key_results[0].text
    now = a_standing(results=(50, 95))

    decision = advance(
        the_facts(
            Phase.KR_DISCOVERY,
            now,
            approved_texts=frozenset({weak}),
            intent=Intent.PROPOSES,
        )
    )

    assert decision.phase == Phase.VALIDATION


def test_approving_key_results_completes_nothing() -> None:
    decision = advance(the_facts(Phase.KR_DISCOVERY, a_standing(results=GOOD), intent=Intent.APPROVES))

    assert (decision.phase, decision.approved_version) == (Phase.VALIDATION, None)
    assert [one.code for one in decision.unmet] == ["version_approved"]


def test_one_yes_in_validation_completes() -> None:
    now = a_standing(results=GOOD, version=7)

    decision = advance(the_facts(Phase.VALIDATION, now, intent=Intent.APPROVES))

    assert (decision.phase, decision.approved_version, decision.unmet) == (Phase.COMPLETED, 7, ())


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent != Intent.APPROVES])
def test_nothing_but_a_yes_completes(intent: Intent) -> None:
    decision = advance(the_facts(Phase.VALIDATION, a_standing(results=GOOD), intent=intent))

    assert (decision.phase, decision.approved_version) == (Phase.VALIDATION, None)


def test_a_yes_does_not_approve_what_the_same_answer_changed() -> None:
    seen, now = a_standing(results=GOOD), a_standing(results=(*GOOD, 90), version=4)

    decision = advance(the_facts(Phase.VALIDATION, now, seen=seen, intent=Intent.APPROVES))

    assert (decision.phase, decision.approved_version) == (Phase.VALIDATION, None)


def test_an_approval_of_an_older_version_does_not_complete() -> None:
    facts = the_facts(Phase.VALIDATION, a_standing(results=GOOD, version=5), approved_version=4)

    assert codes(facts, Phase.COMPLETED) == {"version_approved"}


@pytest.mark.parametrize("phase", [Phase.KR_DISCOVERY, Phase.VALIDATION])
@pytest.mark.parametrize("intent", [Intent.PROPOSES, Intent.APPROVES, Intent.REQUESTS_CHANGE])
def test_a_changed_objective_returns_to_refinement(phase: Phase, intent: Intent) -> None:
    seen, now = a_standing(results=GOOD), a_standing("Become the obvious choice", GOOD, version=4)

    decision = advance(the_facts(phase, now, seen=seen, intent=intent))

    assert (decision.phase, decision.moved, decision.trigger) == (
        Phase.REFINEMENT,
        True,
        "objective_changed",
    )


def test_typing_does_not_count_as_a_changed_objective() -> None:
    seen, now = a_standing(results=GOOD), a_standing(f" {OBJECTIVE.upper()}. ", GOOD, version=4)

    assert advance(the_facts(Phase.VALIDATION, now, seen=seen)).phase == Phase.VALIDATION


def test_an_approval_lapses_when_its_sentence_leaves_the_okr() -> None:
    seen, now = a_standing(), a_standing("Something else", version=4)

    decision = advance(the_facts(Phase.REFINEMENT, now, seen=seen, approved_texts=frozenset({OBJECTIVE})))

    assert decision.approved_texts == frozenset()


def test_a_better_score_is_progress_and_another_wording_is_not() -> None:
    seen = a_standing(score=50)

    def counted(now: Standing) -> int:
        facts = the_facts(Phase.REFINEMENT, now, seen=seen, messages_since_progress=4)
        return advance(facts).messages_since_progress

    assert counted(a_standing("Better", score=60, version=4)) == 0
    assert counted(a_standing("Other", score=50, version=4)) == 5
    assert counted(seen) == 5


def test_a_stall_never_moves_anything_by_itself() -> None:
    facts = the_facts(Phase.KR_DISCOVERY, a_standing(results=(50, 50)), messages_since_progress=50)

    assert not advance(facts).moved


@pytest.mark.parametrize(("since", "phase"), [(10, Phase.KR_DISCOVERY), (11, Phase.VALIDATION)])
def test_taking_the_offer_to_go_on_counts_once_it_was_made(since: int, phase: Phase) -> None:
    facts = the_facts(
        Phase.KR_DISCOVERY,
        a_standing(results=(50, 50)),
        intent=Intent.APPROVES,
        messages_since_progress=since,
    )

    assert advance(facts).phase == phase


def test_even_the_offer_taken_needs_an_okr() -> None:
    facts = the_facts(
        Phase.KR_DISCOVERY, a_standing(results=(50,)), intent=Intent.APPROVES, messages_since_progress=20
    )

    assert {one.code for one in advance(facts).unmet} == {"enough_key_results"}


def test_a_straight_conversation_takes_one_step_a_turn() -> None:
    now, phase, walked = a_standing(results=GOOD), Phase.DISCOVERY, []

    for _ in range(4):
        phase = advance(the_facts(phase, now, intent=Intent.APPROVES)).phase
        walked.append(phase)

    assert tuple(walked) == ORDER[1:]


def test_a_completed_okr_is_closed() -> None:
    decision = advance(the_facts(Phase.COMPLETED, a_standing(results=GOOD), intent=Intent.REQUESTS_CHANGE))

    assert not decision.moved
    assert [phase for phase in Phase if not draft_is_open(phase)] == [Phase.COMPLETED]


SEEN = Draft("Customers stay", (KeyResultDraft("NPS from 30 to 50"), KeyResultDraft("Churn from 5% to 3%")))


def test_a_yes_leaves_the_okr_as_it_was_seen_whatever_the_answer_fills_in() -> None:
    answered = Draft(
        "customers stay.",
        (KeyResultDraft("NPS  from 30 to 50", baseline=30, target=50), SEEN.key_results[1]),
    )

    assert draft_after(Phase.VALIDATION, SEEN, answered, Intent.APPROVES) == SEEN


def test_a_yes_with_a_new_sentence_is_kept_and_approves_nothing() -> None:
    answered = replace(SEEN, key_results=(*SEEN.key_results, KeyResultDraft("Calls from 9 to 4")))
    seen, now = Standing(SEEN, 3), Standing(answered, 4)

    assert draft_after(Phase.VALIDATION, SEEN, answered, Intent.APPROVES) == answered
    assert not approves_what_was_seen(the_facts(Phase.VALIDATION, now, seen=seen, intent=Intent.APPROVES))


def test_typing_does_not_change_a_sentence_and_figures_do_change_the_draft() -> None:
    answered = Draft(" CUSTOMERS stay", (KeyResultDraft("NPS from 30 to 50", baseline=30),))

    after = draft_after(Phase.KR_DISCOVERY, SEEN, answered, Intent.INFORMS)

    assert after == Draft("Customers stay", (KeyResultDraft("NPS from 30 to 50", baseline=30),))


def test_the_user_may_have_the_typing_changed() -> None:
    answered = replace(SEEN, objective="CUSTOMERS stay.")

    assert draft_after(Phase.VALIDATION, SEEN, answered, Intent.REQUESTS_CHANGE) == answered


def test_an_answer_may_empty_an_open_draft_but_not_a_completed_one() -> None:
    assert draft_after(Phase.REFINEMENT, SEEN, Draft(), Intent.REQUESTS_CHANGE) == Draft()
    assert draft_after(Phase.COMPLETED, SEEN, Draft(), Intent.REQUESTS_CHANGE) == SEEN
