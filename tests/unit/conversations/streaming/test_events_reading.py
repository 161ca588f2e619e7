"""What a client is told, case by case."""

from uuid import uuid4

from conversations.events.log import Batch
from conversations.events.values import Closed, EventId, Queued, Reset, Started, Token, Told
from conversations.streaming.reading import END, VOID, WHOLE, EndedJob, Reading
from conversations.values import JobStatus


def an_end(text: str = "", *, attempt: int = 1, status: JobStatus = JobStatus.SUCCEEDED) -> EndedJob:
    return EndedJob(uuid4(), status, attempt, text, b"{}")


def shown(told: list[Told]) -> list[tuple[str, str]]:
    return [(str(one.id), one.event.name) for one in told]


def test_what_comes_twice_is_told_once() -> None:
    reading = Reading()
    batch = Batch(1, 1, (Started(1), Token("One")))

    first, again = reading.take([batch]), reading.take([batch])

    assert (shown(first), again) == ([("1-1", "started"), ("1-2", "token")], [])


def test_a_gap_is_noticed_and_nothing_after_it_is_told() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1),))])

    told = reading.take([Batch(1, 3, (Token("two"),))])
    assert (told, reading.behind) == ([], True)

    told = reading.take([Batch(1, 2, (Token("one "), Token("two")))])
    assert (shown(told), reading.behind) == ([("1-2", "token"), ("1-3", "token")], False)


def test_a_new_attempt_voids_the_text_even_when_its_beginning_is_lost() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1), Token("Half")))])

    told = reading.take([Batch(2, 4, (Token("later"),))])

    assert (shown(told), reading.behind) == ([("2-0", "reset")], True)
    assert shown(reading.close(an_end("Whole.", attempt=2))) == [
        (f"2-{WHOLE}", "token"),
        (f"2-{END}", "succeeded"),
    ]


def test_an_attempt_that_was_overtaken_is_not_heard() -> None:
    reading = Reading()
    reading.take([Batch(2, 1, (Started(2),))])

    assert reading.take([Batch(1, 9, (Token("late"),))]) == []


def test_the_end_takes_the_number_that_the_writer_kept_for_it() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1), Token("Yes."), Closed()))])

    assert reading.is_closing
    assert shown(reading.close(an_end("Yes."))) == [("1-3", "succeeded")]


def test_what_the_log_lost_is_made_good_from_the_row() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1), Token("Half ")))])

    told = reading.close(an_end("Half a reply."))

    assert [one.event for one in told[:1]] == [Token("a reply.")]
    assert shown(told) == [(f"1-{WHOLE}", "token"), (f"1-{END}", "succeeded")]


def test_a_text_that_is_not_the_replys_beginning_is_voided() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1), Token("Helf ")))])

    assert [one.event for one in reading.close(an_end("Half."))][:2] == [Reset(1), Token("Half.")]


def test_a_client_that_has_the_whole_text_is_told_the_end_alone() -> None:
    assert shown(Reading(EventId(1, WHOLE)).close(an_end("Whole."))) == [(f"1-{END}", "succeeded")]


def test_a_client_whose_text_was_voided_is_told_the_whole() -> None:
    reading = Reading(EventId(1, VOID))
    reading.replay([])

    assert shown(reading.close(an_end("Whole."))) == [(f"1-{WHOLE}", "token"), (f"1-{END}", "succeeded")]


def test_a_client_whose_text_nobody_knows_begins_anew_at_the_end() -> None:
    reading = Reading(EventId(1, 7))

    assert reading.replay([]) == []
    assert shown(reading.close(an_end("Whole."))) == [
        (f"1-{VOID}", "reset"),
        (f"1-{WHOLE}", "token"),
        (f"1-{END}", "succeeded"),
    ]


def test_a_stop_without_a_recorded_text_leaves_what_was_said() -> None:
    reading = Reading()
    reading.take([Batch(1, 1, (Started(1), Token("Half")))])

    assert shown(reading.close(an_end(status=JobStatus.CANCELLED))) == [(f"1-{END}", "cancelled")]


def test_a_job_that_never_began_ends_after_its_queueing() -> None:
    reading = Reading()

    told = reading.begin(Queued()) + reading.close(an_end(attempt=0, status=JobStatus.SUPERSEDED))

    assert shown(told) == [("0-1", "queued"), ("0-2", "superseded")]


def test_an_id_from_nowhere_still_comes_to_an_end() -> None:
    reading = Reading(EventId(99999, 1))
    reading.replay([Batch(1, 1, (Started(1), Token("Yes.")))])

    assert reading.close(an_end("Yes."))[-1].event.name == "succeeded"
