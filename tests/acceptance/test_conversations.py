"""Real conversations over REST: order, parallelism, policies, stops and second chances."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.stack import RunningStack, eventually

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]
SLOW = " [[sim:slow(30)]]"
"""Makes the simulator's fast answer take about a second and a half."""
ENDLESS = " [[sim:slow(2000)]]"
"""Makes it take longer than any test waits."""


RESULTS = (
    "raise activation within 14 days from 40% to 60%",
    "cut the days until the first shared report from 9 to 3",
    "cut support tickets per new customer from 2.5 to 1.5",
)


def test_messages_sent_at_once_are_answered_in_order(stack: RunningStack) -> None:
    session = stack.open_session()
    jobs = [stack.send(session, f"Message {number}: keep customers") for number in range(8)]

    documents = [stack.ended(job) for job in jobs]

    assert [one["status"] for one in documents] == ["succeeded"] * 8
    ends = [one["finished_at"] for one in documents]
    begins = [one["started_at"] for one in documents]
    assert ends == sorted(ends)
    assert all(begin > end for begin, end in zip(begins[1:], ends, strict=False))


def test_sessions_are_answered_side_by_side(stack: RunningStack) -> None:
    sessions = [stack.open_session() for _ in range(6)]
    jobs = [stack.send(session, f"Keep customers{SLOW}") for session in sessions]

    documents = [stack.ended(job) for job in jobs]

    last_begin = max(one["started_at"] for one in documents)
    first_end = min(one["finished_at"] for one in documents)
    assert last_begin < first_end


def test_the_same_request_sent_many_times_at_once_is_one_message(stack: RunningStack) -> None:
    session = stack.open_session()
    path, key = f"/sessions/{session}/messages/", {"Idempotency-Key": "the-same"}

    with ThreadPoolExecutor(8) as clients:
        calls = [clients.submit(stack.call, "POST", path, {"content": "Hello"}, key) for _ in range(8)]
        responses = [call.result() for call in calls]

    assert {response.status for response in responses} == {202}
    assert len({response.body["id"] for response in responses}) == 1
    stack.ended(responses[0].body["id"])
    assert [role for role, _ in stack.transcript(session)] == ["user", "assistant"]


def test_a_newer_message_supersedes_the_one_being_answered(stack: RunningStack) -> None:
    session = stack.open_session(double_text="supersede")
    first = stack.send(session, f"Keep customers{ENDLESS}")
    eventually(lambda: stack.worker_of(first), "the first to be taken")

    second = stack.send(session, "Rather: win customers")

    assert stack.ended(first)["status"] == "superseded"
    assert stack.ended(second)["status"] == "succeeded"
    assert [role for role, _ in stack.transcript(session)] == ["user", "user", "assistant"]


def test_messages_in_quick_succession_are_merged(stack: RunningStack) -> None:
    session = stack.open_session(double_text="merge")

    jobs = {stack.send(session, part) for part in ("We want", "customers", "to stay")}

    assert len(jobs) == 1
    document = stack.ended(jobs.pop())
    assert document["message"]["content"] == "We want\n\ncustomers\n\nto stay"
    assert document["timings_ms"]["queued"] >= 700


def test_a_stop_during_the_call_ends_it_soon_and_lets_the_next_message_through(stack: RunningStack) -> None:
    session = stack.open_session()
    job = stack.send(session, f"Keep customers{ENDLESS}")
    after = stack.send(session, "And win new ones")
    eventually(lambda: stack.worker_of(job), "the first to be taken")

    began = time.monotonic()
    stack.patiently("POST", f"/jobs/{job}/cancel/")

    assert stack.ended(job)["status"] == "cancelled"
    # The call itself would have taken a minute and a half.
    assert time.monotonic() - began < 30
    assert stack.ended(after)["status"] == "succeeded"


def test_an_ended_job_is_never_overwritten(stack: RunningStack) -> None:
    job = stack.send(stack.open_session(), "Keep customers")
    stack.ended(job)

    response = stack.call("POST", f"/jobs/{job}/cancel/")

    assert (response.status, response.body["code"]) == (409, "job_finished")


def test_a_passing_fault_of_the_provider_is_survived(stack: RunningStack) -> None:
    job = stack.send(stack.open_session(), "Keep customers [[sim:cut_mid_stream*1]]")

    document = stack.ended(job, seconds=30)

    assert (document["status"], document["attempt"]) == ("succeeded", 2)


def test_a_provider_that_goes_silent_is_left_and_asked_again(stack: RunningStack) -> None:
    job = stack.send(stack.open_session(), "Keep customers [[sim:hang_mid_stream*1]]")

    document = stack.ended(job, seconds=40)

    assert (document["status"], document["attempt"]) == ("succeeded", 2)


def test_a_refusal_fails_with_a_code_and_may_be_retried(stack: RunningStack) -> None:
    session = stack.open_session()
    job = stack.send(session, "Keep customers [[sim:refusal*1]]")
    failed = stack.ended(job)
    assert (failed["status"], failed["error"]["code"], failed["reply"]) == ("failed", "refused", None)

    assert stack.call("POST", f"/jobs/{job}/retry/").status == 200

    assert stack.ended(job)["status"] == "succeeded"
    assert [role for role, _ in stack.transcript(session)] == ["user", "assistant"]


def test_a_conversation_ends_in_the_okr_the_user_approved(stack: RunningStack) -> None:
    session = stack.open_session(context={"industry": "software", "function": "customer success"})
    objective = "Make new customers love our product from their very first week"
    for said in (
        "I want to improve how new customers start with us",
        f"Our objective is: {objective}",
        "Yes, that objective is right",
        f"Key results: {'; '.join(RESULTS)}",
        "Those key results look good to me",
        "Yes, I approve this OKR exactly as it stands",
    ):
        document = stack.ended(stack.send(session, said))
        if document["phase"] == "completed":
            break

    okr = stack.call("GET", f"/sessions/{session}/okr/").body
    assert document["phase"] == "completed", (document["phase"], okr)
    stored = stack.query("SELECT title FROM knowledge_objective WHERE session_id = %s", session)
    assert stored == (objective,)
