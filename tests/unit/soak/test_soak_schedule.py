"""The soak's schedule and its questions to clients."""

from tests.soak.faults import FAULTS
from tests.soak.invariants import of_clients
from tests.soak.records import Sent
from tests.soak.rest import Heard
from tests.soak.schedule import schedule


def answered(key: str, job: str) -> Sent:
    return Sent(
        key, "a-session", "Hello", jobs={job}, document={"status": "succeeded", "reply": {"content": "Yes."}}
    )


def test_the_same_seed_gives_the_same_schedule() -> None:
    first, again, other = (schedule(list(FAULTS), messages=1000, rounds=2, seed=seed) for seed in (1, 1, 2))

    assert first == again != other


def test_every_fault_comes_once_a_round_in_the_middle_of_the_run() -> None:
    steps = schedule(list(FAULTS), messages=1000, rounds=3, seed=1)

    assert sorted(step.fault for step in steps) == sorted([*FAULTS] * 3)
    assert [step.after for step in steps] == sorted(step.after for step in steps)
    assert steps[0].after > 0
    assert steps[-1].after < 1000


def test_clients_that_were_answered_once_have_nothing_to_say() -> None:
    assert of_clients([answered("a", "1"), answered("b", "2")]) == ()


def test_clients_notice_what_is_missing_doubled_or_empty() -> None:
    lost, doubled, empty = answered("lost", "1"), answered("doubled", "2"), answered("empty", "4")
    lost.document = None
    doubled.jobs.add("3")
    empty.document = {"status": "succeeded", "reply": {"content": ""}}
    shared = [answered("one", "5"), answered("two", "5")]

    found = of_clients([lost, doubled, empty, *shared])

    assert found == (
        "a message without an end: lost",
        "a key with 2 jobs: doubled",
        "an empty reply: empty",
        "a job of two keys: 5",
    )


def test_a_reset_forgets_the_text_and_every_end_counts() -> None:
    heard = Heard()
    for name, data in [
        ("token", {"text": "Half"}),
        ("reset", {}),
        ("token", {"text": "Whole"}),
        ("succeeded", {}),
        ("succeeded", {}),
    ]:
        heard.take(name, "1-1", data)

    assert (heard.text, heard.ends) == ("Whole", ["succeeded", "succeeded"])
